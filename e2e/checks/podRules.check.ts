import { arrives } from "../support/arrivals";
import { cloud, list, nodePorts, outputs, podAddress, workers } from "../support/cloud";
import { lastChanges, operate } from "../support/stack";

interface Rule {
  id: string;
  remote_group_id: string | null;
  remote_ip_prefix: string | null;
}

/** OVN's address sets hold ports' own addresses and not their allowed address pairs (docs/networking.md). */
test("of the workers' rules, the one by CIDR carries pods and the one by group does not; an update makes it again", async () => {
  const [from, to] = workers();
  const pods = () => arrives(from!, to!, podAddress(from!, 78));
  const [group] = (await nodePorts()).get(to!.name)!.security_groups;
  const rules = await list<Rule>(
    "network",
    `/v2.0/security-group-rules?security_group_id=${group!}`,
    "security_group_rules",
  );
  expect(rules.filter(({ remote_group_id }) => remote_group_id === group)).toHaveLength(1);
  const [byCidr, ...more] = rules.filter(({ remote_ip_prefix }) => remote_ip_prefix === outputs().clusterCidr);
  expect(more).toEqual([]);
  expect(await pods()).toBe(true);

  const { status } = await (await cloud()).call("network", "DELETE", `/v2.0/security-group-rules/${byCidr!.id}`);
  try {
    expect(status).toBe(204);
    expect(await pods()).toBe(false);
  } finally {
    await operate("up", { options: ["--refresh"] });
  }
  expect(lastChanges()).toMatchObject({ created: ["SecGroupRule dev-worker-pods"], updated: [], deleted: [] });
  expect(await pods()).toBe(true);
});
