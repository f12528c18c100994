import { handOverInterpreter } from "../../../components/objects/etcd/handOver";
import { runScript } from "../shell";

interface Api {
  /** Shell lines that print what is at /hostroute/handed-over, with $calls so far. */
  handed?: string;
  /** The same for the ConfigMap: `ASKED/FAILED|SEEN`. */
  get?: string;
  server?: string;
}
const AWAY = "echo connection refused >&2; exit 1";

/** Runs `hand_over` against a node's API, for the second word. */
function handOver({ handed = AWAY, get = ":", server = "s0" }: Api) {
  const kubectl = `
case "$*" in
*handed-over*) ${handed} ;;
*" get configmap "*) ${get} ;;
*" patch "*) echo "DID \${*#*--patch=}" >&3 ;;
*" create "*) echo "DID create" >&3 ;;
esac`;
  const env = { NODE: "cp-0", SERVER: server, WORD: "2" };
  const result = runScript(handOverInterpreter(60, 20), "exec 3>&2; hand_over", kubectl, env);
  const lines = result.stderr.split("\n");
  const did = lines.filter((line) => line.startsWith("DID ")).map((line) => line.slice(4));
  return { ...result, stderr: lines.filter((line) => !line.startsWith("DID ")).join("\n"), did };
}
const HANDED = `echo '{"server": "s0", "asked": "2", "snapshot": "a.db"}'`;

it("asks nobody where nothing is to be handed over", () => {
  expect(handOver({ server: "" })).toMatchObject({ status: 0, stderr: "", did: [] });
});

it("asks until the node says so in the API server's place", () => {
  const get = `case $calls in [1-3]) : ;; [4-6]) echo "1/|1" ;; 7|8) echo "2/|" ;; *) ${AWAY} ;; esac`;
  const { status, stdout, did } = handOver({ handed: `[ $calls -lt 14 ] && { ${AWAY}; } || ${HANDED}`, get });
  expect([status, stdout]).toEqual([0, ""]);
  expect(did[0]).toBe("create");
  expect(did).toContain('{"data":{"server":"s0","asked":"2"}}');
});

it("takes no other server's word for it", () => {
  const other = HANDED.replace("s0", "s1");
  expect(handOver({ handed: other, get: AWAY }).status).toBe(1);
});

it.each<[string, Api, RegExp]>([
  [
    "says why it could not",
    { get: 'echo "2/the object store answers 503|2"' },
    /was not replaced: the object store answers 503/,
  ],
  [
    "does not answer, as one of an older version",
    { get: 'echo "2/|1"' },
    /it does not answer; a server that an older version made cannot/,
  ],
  ["is away for good", { get: AWAY }, /no answer within 60 seconds\. connection refused/],
])("ends the update when the node %s", (_what, api, why) => {
  const { status, stderr } = handOver(api);
  expect(status).toBe(1);
  expect(stderr).toMatch(why);
  expect(stderr).toContain("journalctl -u hostroute-etcd-hand-over");
});

it("waits longer for one that has begun", () => {
  const get = `[ $calls -lt 4 ] && echo "2/|1" || { ${AWAY}; }`;
  expect(handOver({ handed: `[ $calls -lt 44 ] && { ${AWAY}; } || ${HANDED}`, get }).status).toBe(0);
});
