import * as pulumi from "@pulumi/pulumi";
import {
  EtcdMembers,
  etcdMembersInterpreter,
  MEMBERS_TIMEOUT_SECONDS,
  REPORT,
} from "../../components/objects/etcdMembers";
import { allRegistered, sorted, startMocks } from "../mocks";
import { runScript } from "./shell";

const THREE = "10.0.0.1 10.0.0.2 10.0.0.3";
const VOTERS = "10.0.0.1=a1=voter 10.0.0.2=b2=voter 10.0.0.3=c3=voter";

/**
 * kubectl of a cluster: remembers the last patch, and answers `get` by the number of calls, with $asked for what was last asked.
 * @param get shell lines for `get`, which has $asked and $leaving
 */
const kubectl = (get: string) => `
state=$(cat "$TMPDIR/../state" 2>/dev/null || :)
asked=\${state%%;*} leaving=\${state#*;}
case "$*" in
*" get "*) ${get} ;;
*" patch "*) for last; do :; done
  asked=\${last#*asked'":"'} leaving=\${last#*leaving'":"'}
  echo "\${asked%%'"'*};\${leaving%%'"'*}" >"$TMPDIR/../state" ;;
*) echo "$*" >&2 ;;
esac`;
const run = (members: string, get: string, seconds = 20) =>
  runScript(etcdMembersInterpreter(seconds), REPORT, kubectl(get), { MEMBERS: members });

it("asks, and waits until an answer to that says that all planned members are voters", () => {
  const { status, stderr } = run(
    THREE,
    `case $calls in
      1) ;;
      2|3) echo "||" ;;
      4) echo "older|${VOTERS}|" ;;
      5) echo "$asked|${VOTERS.replace("c3=voter", "c3=silent")}|" ;;
      6) echo "$asked|${VOTERS.replace("c3=voter", "c4=learner")}|" ;;
      *) echo "$asked|${VOTERS}|" ;;
    esac`,
  );
  expect([status, stderr]).toEqual([0, ""]);
});

it.each<[string, string]>([
  ["an answer to an earlier question", VOTERS],
  ["a member that is silent", VOTERS.replace("b2=voter", "b2=silent")],
  ["a learner", VOTERS.replace("b2=voter", "b2=learner")],
  ["one too few", VOTERS.replace(/ .*/, "")],
])("does not take %s for all of them", (what, members) => {
  const seen = what.startsWith("an answer") ? "older" : "$asked";
  const { status, stderr } = run(THREE, `echo "${seen}|${members}|why not"`, 0);
  expect(status).toBe(1);
  expect(stderr).toContain(`hostroute: etcd's members are not those that are planned (${THREE}) after 0 seconds.`);
  expect(stderr).toContain(`The nodes say: ${members} why not\n`);
  expect(stderr).toContain("No server was deleted; run pulumi up again.");
});

it("tells whoever is not planned to leave, by id, and waits until they have left", () => {
  const { status, stderr } = run(
    "10.0.0.1",
    `if [ "$leaving" = " b2 c3" ] && [ $calls -gt 6 ]; then echo "$asked|10.0.0.1=a1=voter|"; else echo "$asked|${VOTERS}|"; fi`,
  );
  expect(status).toBe(0);
  expect(stderr).toMatch(/delete configmap hostroute-etcd$/m);
});

it("leaves alone a single member that was always alone", () => {
  expect(run("10.0.0.1", ":")).toEqual({ status: 0, stdout: "", stderr: "", left: [] });
});

it("says what kubectl says, in the end", () => {
  const { status, stderr } = run(THREE, "echo connection refused >&2; exit 1", 0);
  expect([status, stderr]).toEqual([1, expect.stringContaining("after 0 seconds. connection refused\n")]);
});

const made = async (members: string[]) => {
  const mocks = await startMocks();
  new EtcdMembers("dev", { kubeconfig: pulumi.output("KUBECONFIG"), members, triggers: ["server-1"] });
  await allRegistered();
  return sorted(mocks.resources);
};
const command = (members: string) => ({
  type: "command:local:Command",
  name: "dev-etcd-members",
  inputs: {
    create: REPORT,
    interpreter: etcdMembersInterpreter(MEMBERS_TIMEOUT_SECONDS),
    stdin: { secret: "KUBECONFIG" },
    environment: { MEMBERS: members },
    triggers: ["server-1"],
  },
});

it("is one command for a single member", async () => {
  expect(await made(["10.0.0.1"])).toEqual([command("10.0.0.1")]);
});

it("lets nodes of several read and change the one ConfigMap, and nothing else", async () => {
  const apiGroup = "rbac.authorization.k8s.io";
  const metadata = { name: "hostroute:etcd", namespace: "kube-system" };
  expect(await made(THREE.split(" "))).toEqual(
    sorted([
      command(THREE),
      {
        type: `kubernetes:${apiGroup}/v1:Role`,
        name: "dev-etcd",
        inputs: {
          apiVersion: `${apiGroup}/v1`,
          kind: "Role",
          metadata,
          rules: [
            { apiGroups: [""], resources: ["configmaps"], resourceNames: ["hostroute-etcd"], verbs: ["get", "patch"] },
          ],
        },
      },
      {
        type: `kubernetes:${apiGroup}/v1:RoleBinding`,
        name: "dev-etcd",
        inputs: {
          apiVersion: `${apiGroup}/v1`,
          kind: "RoleBinding",
          metadata,
          roleRef: { apiGroup, kind: "Role", name: "hostroute:etcd" },
          subjects: [{ apiGroup, kind: "User", name: "system:kube-controller-manager" }],
        },
      },
    ]),
  );
});
