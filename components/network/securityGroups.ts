import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { controlPlaneRules, Group, IngressRule, RuleInput, workerRules } from "./securityRules";

/** The cluster's two security groups with their rules. */
export class SecurityGroups extends pulumi.ComponentResource {
  /** Neutron's ids of the groups. */
  readonly ids: Record<Group, pulumi.Output<string>>;

  constructor(name: string, input: RuleInput, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:network:SecurityGroups", name, {}, opts);
    const group = (role: Group) =>
      new openstack.networking.SecGroup(
        `${name}-${role}`,
        { name: `${name}-${role}`, description: `Kubernetes ${role} nodes of ${name}` },
        { parent: this },
      );
    const groups = { "control-plane": group("control-plane"), worker: group("worker") };
    this.ids = { "control-plane": groups["control-plane"].id, worker: groups.worker.id };
    const add = (role: Group) => (rule: IngressRule) =>
      new openstack.networking.SecGroupRule(
        `${name}-${role}-${rule.name}`,
        {
          securityGroupId: this.ids[role],
          direction: "ingress",
          ethertype: "IPv4",
          description: rule.why,
          ...(rule.protocol ? { protocol: rule.protocol } : {}),
          ...(rule.ports ? { portRangeMin: rule.ports[0], portRangeMax: rule.ports[1] } : {}),
          ...("cidr" in rule.from ? { remoteIpPrefix: rule.from.cidr } : { remoteGroupId: this.ids[rule.from.group] }),
        },
        // Deleting the group deletes its rules; deleting each one first would only take time.
        { parent: groups[role], deletedWith: groups[role] },
      );
    controlPlaneRules(input).forEach(add("control-plane"));
    workerRules(input).forEach(add("worker"));
    this.registerOutputs({ ids: this.ids });
  }
}
