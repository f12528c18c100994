import { arrivals, COUNT } from "../support/arrivals";
import { cloud, list, nodePorts, outputs, workers } from "../support/cloud";
import { lastChanges, operate } from "../support/stack";

interface Rule {
  id: string;
  remote_group_id: string | null;
  remote_ip_prefix: string | null;
  direction: string;
}

/** OVN's address sets hold ports' own addresses and not their allowed address pairs (docs/networking.md). */
describe("of the rules of the workers' group", () => {
  const [from, to] = workers() as [ReturnType<typeof workers>[0], ReturnType<typeof workers>[0]];
  const pod = from.podCidr!.replace(/0\/24$/, "78");

  afterAll(() => operate("up", { options: ["--refresh"] }), 300_000);

  test("the one by CIDR carries pods, the one by remote group does not; deleted by hand, the next update makes it again", async () => {
    const [group] = (await nodePorts()).get(to.name)!.security_groups;
    const rules = await list<Rule>(
      "network",
      `/v2.0/security-group-rules?security_group_id=${group!}`,
      "security_group_rules",
    );
    expect(rules.filter(({ remote_group_id }) => remote_group_id === group)).toHaveLength(1);
    const [byCidr, ...more] = rules.filter(({ remote_ip_prefix }) => remote_ip_prefix === outputs().clusterCidr);
    expect(more).toEqual([]);
    expect(await arrivals(from, to, pod)).toBe(COUNT);

    const { status } = await (await cloud()).call("network", "DELETE", `/v2.0/security-group-rules/${byCidr!.id}`);
    expect(status).toBe(204);
    expect(await arrivals(from, to, pod)).toBe(0);

    await operate("up", { options: ["--refresh"] });
    expect(lastChanges()).toMatchObject({ created: ["SecGroupRule dev-worker-pods"], updated: [], deleted: [] });
    expect(await arrivals(from, to, pod)).toBe(COUNT);
  });
});
