import { kubectlInterpreter } from "../../../components/objects/kubectl";
import { parseRunning, RUNNING } from "../../../components/objects/running/script";
import { runScript } from "../shell";

const VERSION = `{\n  "major": "1",\n  "minor": "36",\n  "gitVersion": "v1.36.3",\n  "platform": "linux/amd64"\n}`;
const ONE = [{ name: "cp-0", address: "10.0.0.1" }];
const THREE = [1, 2, 3].map((n) => ({ name: `cp-${n - 1}`, address: `10.0.0.${n}` }));
const NODES = "node w-0 v1.36.3\nnode w-1 v1.35.6\nnode w-2 ";
const printed = (members: string) => `${VERSION}\n${NODES}\nmembers ${members}`;

/** kubectl of a cluster: jsonpath's output has no line's end. */
const kubectl = (members: string) => `
case "$*" in *--request-timeout=[35]s*) ;; *) exit 9 ;; esac
case "$*" in
*/version*) printf '%s' '${VERSION}' ;;
*"get nodes"*) printf '%s' '\n${NODES}' ;;
*hostroute-etcd*) ${members} ;;
esac`;
const run = (script: string) => runScript(kubectlInterpreter(), RUNNING, script);

it("asks one after the other for API server, nodes and members, each with a bound, and prints what can be read back", () => {
  const { status, stdout, left } = run(kubectl(`printf '\\nmembers %s' 10.0.0.1=a1=voter=v1.36.3`));
  expect([status, left]).toEqual([0, []]);
  expect(stdout).toBe(printed("10.0.0.1=a1=voter=v1.36.3"));
  expect(parseRunning(stdout, ONE)).toEqual({
    apiServers: [{ name: "cp-0", version: "v1.36.3" }],
    complete: true,
    kubelets: [
      { name: "w-0", version: "v1.36.3" },
      { name: "w-1", version: "v1.35.6" },
    ],
  });
});

it("gives up at the first question that is not answered, with kubectl's words", () => {
  const { status, stdout, stderr } = run('[ $calls -lt 2 ] || exit 9; echo "connection refused" >&2; exit 1');
  expect([status, stdout, stderr]).toEqual([1, "", "connection refused\n"]);
});

it("knows the release of the only API server, which nobody reports", () => {
  expect(parseRunning(`${VERSION}\n`, ONE)).toEqual({
    apiServers: [{ name: "cp-0", version: "v1.36.3" }],
    complete: true,
    kubelets: [],
  });
});

it.each<[string, string, string[], boolean]>([
  [
    "all of them",
    "10.0.0.1=a=voter=v1.36.3 10.0.0.2=b=voter=v1.35.6 10.0.0.3=c=voter=v1.36.3",
    ["cp-0 v1.36.3", "cp-1 v1.35.6", "cp-2 v1.36.3"],
    true,
  ],
  [
    "one of which the configuration knows nothing",
    "10.0.0.1=a=voter=v1.36.3 10.0.0.2=b=voter=v1.36.3 10.0.0.3=c=voter=v1.36.3 10.0.0.4=d=voter=v1.37.2",
    ["cp-0 v1.36.3", "cp-1 v1.36.3", "cp-2 v1.36.3", "10.0.0.4 v1.37.2"],
    true,
  ],
  [
    "one that does not say",
    "10.0.0.1=a=voter=v1.36.3 10.0.0.2=b=silent 10.0.0.3=c=voter=v1.36.3",
    ["cp-0 v1.36.3", "cp-2 v1.36.3"],
    false,
  ],
  ["one too few", "10.0.0.1=a=voter=v1.36.3 10.0.0.3=c=voter=v1.36.3", ["cp-0 v1.36.3", "cp-2 v1.36.3"], false],
  [
    "the reports of an older version of the program",
    "10.0.0.1=a=voter 10.0.0.2=b=voter 10.0.0.3=c=voter",
    ["the API server that answers v1.36.3"],
    false,
  ],
  ["none", "", ["the API server that answers v1.36.3"], false],
  [
    "older reports than the answer",
    "10.0.0.1=a=voter=v1.35.6 10.0.0.2=b=voter=v1.35.6 10.0.0.3=c=voter=v1.35.6",
    ["cp-0 v1.35.6", "cp-1 v1.35.6", "cp-2 v1.35.6", "the API server that answers v1.36.3"],
    true,
  ],
])("reads reports of several members: %s", (_what, members, servers, complete) => {
  const running = parseRunning(printed(members), THREE);
  expect(running.apiServers.map(({ name, version }) => `${name} ${version}`)).toEqual(servers);
  expect(running.complete).toBe(complete);
});

it("takes nothing for known where it does not know the control plane", () => {
  expect(parseRunning(printed(""), []).complete).toBe(false);
  expect(parseRunning("", THREE)).toEqual({ apiServers: [], complete: false, kubelets: [] });
  expect(parseRunning("", ONE).complete).toBe(false);
});
