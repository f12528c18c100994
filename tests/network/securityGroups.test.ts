import { SecurityGroups } from "../../components/network/securityGroups";
import { allRegistered, promiseOf, sorted, spyOnOptions, startMocks } from "../mocks";

it("makes two groups and one rule for each line, and nothing else", async () => {
  const mocks = await startMocks();
  const { opts, seen } = spyOnOptions();
  const groups = new SecurityGroups(
    "dev",
    {
      nodeCidr: "10.106.1.0/24",
      clusterCidr: "10.200.0.0/16",
      nodePorts: [3000, 32767],
      access: { ssh: [], api: ["198.51.100.0/24"], nodePorts: [] },
    },
    opts,
  );
  await allRegistered();

  const group = (role: string) => ({
    type: "openstack:networking/secGroup:SecGroup",
    name: `dev-${role}`,
    inputs: { name: `dev-${role}`, description: `Kubernetes ${role} nodes of dev` },
  });
  const rule = (role: string, name: string, description: string, more: object) => ({
    type: "openstack:networking/secGroupRule:SecGroupRule",
    name: `dev-${role}-${name}`,
    inputs: { securityGroupId: `dev-${role}-id`, direction: "ingress", ethertype: "IPv4", description, ...more },
  });
  const api = { protocol: "tcp", portRangeMin: 6443, portRangeMax: 6443 };
  const nodes = { protocol: "icmp", remoteIpPrefix: "10.106.1.0/24" };
  const cp = "control-plane";
  const expected = [
    group(cp),
    group("worker"),
    rule(cp, "icmp-nodes", "ICMP from nodes", nodes),
    rule(cp, "api-nodes", "API for kubelet and kube-proxy", { ...api, remoteIpPrefix: "10.106.1.0/24" }),
    rule(cp, "api-pods", "API for pods, whose own address it sees", { ...api, remoteIpPrefix: "10.200.0.0/16" }),
    rule(cp, "api-198.51.100.0-24", "API as listed", { ...api, remoteIpPrefix: "198.51.100.0/24" }),
    rule(cp, "etcd", "etcd members", {
      protocol: "tcp",
      portRangeMin: 2379,
      portRangeMax: 2380,
      remoteGroupId: "dev-control-plane-id",
    }),
    rule(cp, "icmp-pods", "ICMP from pods", { protocol: "icmp", remoteIpPrefix: "10.200.0.0/16" }),
    rule("worker", "icmp-nodes", "ICMP from nodes", nodes),
    rule("worker", "pods", "pods to pods and to their nodes", { remoteIpPrefix: "10.200.0.0/16" }),
    rule("worker", "workers", "nodes to pods of other nodes, NodePorts passed on", { remoteGroupId: "dev-worker-id" }),
    rule("worker", "control-plane", "kubelet, webhooks and aggregated APIs in pods", {
      remoteGroupId: "dev-control-plane-id",
    }),
  ];
  expect(sorted(mocks.resources)).toEqual(sorted(expected));
  expect(await promiseOf(groups.ids.worker)).toBe("dev-worker-id");
  expect(await promiseOf(groups.ids["control-plane"])).toBe("dev-control-plane-id");
  // A rule goes with its group, not one by one.
  const rules = [...seen].filter(([name]) => name.startsWith("SecGroupRule"));
  expect(rules.every(([, { deletedWith, parent }]) => deletedWith !== undefined && deletedWith === parent)).toBe(true);
});
