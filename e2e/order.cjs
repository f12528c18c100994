/**
 * The end-to-end checks in their order: those that only look, those that change the stack and put it back, those that destroy it. Then
 * those of `make chaos`, which destroys the stack in its last one only, and those of `make e2e-long`, by stack.
 */
module.exports = [
  "engine",
  "network",
  "portSecurity",
  "userData",
  "boot",
  "encryption",
  "cluster",
  "podDns",
  "nodePorts",
  "intruder",
  "faults",
  "admission",
  "programs",
  "rights",
  "networkd",
  "otherRoutes",
  "preflight",
  "renewals",
  "workload",
  "changes",
  "routeTier",
  "podRules",
  "serverGroups",
  "rotation",
  "rollout",
  "failures",
  "routerRoutes",
  "recovery",

  "rules",
  "units",
  "clock",
  "away",
  "disk",
  "power",

  "availability",
  "growth",
  "members",
  "wrongImage",
  "killed",
  "restore",
  "upgrade",

  "handOver",
  "newStack",

  "committed",

  "balancer",
  "amphora",
];
