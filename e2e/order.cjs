/**
 * The end-to-end checks in their order: those that only look, those that change the stack and put it back. Then those of
 * `make chaos`, which destroys the stack in its last one only, and those of `make e2e-long`, by stack.
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
  "otherRoutes",
  "dhcpClients",
  "workload",
  "changes",
  "podRules",

  "rules",
  "units",
  "clock",
  "away",
  "disk",
  "power",

  "preflight",
  "fullSubnet",
  "routeTier",
  "serverGroups",
  "rotation",
  "rollout",
  "failures",
  "routerRoutes",
  "recovery",

  "availability",
  "growth",
  "members",
  "wrongImage",
  "killed",
  "restore",
  "storeAway",
  "upgrade",
  "keys",
  "authorities",

  "handOver",
  "lost",
  "newStack",

  "committed",

  "balancer",
  "amphora",
];
