/** The end-to-end checks in their order: those that only look, those that change the stack and put it back, those that destroy it. */
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
  "networkd",
  "workload",
  "changes",
  "rotation",
  "failures",
  "recovery",
];
