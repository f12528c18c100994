import { encryptedInterpreter } from "../../components/objects/secrets";
import { runScript } from "./shell";

const SECRETS = [
  ...Array.from({ length: 25 }, (_, i) => `apps      release-${i}   helm.sh/release.v1   1   3d`),
  "default   token        Opaque               2   5d",
];

interface Api {
  /** Shell lines that print the table of Secrets. */
  list?: string;
  /** The same for one batch, with its arguments. */
  get?: string;
  /** The same for what `kubectl replace` reads. */
  replace?: string;
}

/** Runs `encrypted` against an API. `did` has every batch: what was read of it, and what was written of that. */
function encrypted({ list, get = 'echo "{$*}"', replace = "cat >/dev/null" }: Api) {
  const table = list ?? `cat <<TABLE\n${SECRETS.join("\n")}\nTABLE`;
  const kubectl = `
case "$*" in
*--all-namespaces*)
${table}
;;
get*) echo "DID $*" >&3; ${get} ;;
replace*) ${replace} ;;
esac`;
  const result = runScript(encryptedInterpreter(30), "exec 3>&2; encrypted", kubectl, { GENERATION: "2" });
  const lines = result.stderr.split("\n");
  const did = lines.filter((line) => line.startsWith("DID ")).map((line) => line.slice(4));
  return { ...result, stderr: lines.filter((line) => !line.startsWith("DID ")).join("\n"), did };
}

it("writes each Secret once, few at a time, and says which key they have now", () => {
  const { status, stdout, did, left } = encrypted({});
  expect([status, stdout, left]).toEqual([0, "2\n", []]);
  expect(did.map((each) => /namespace=(\S+).* -- +(.*)/.exec(each)!.slice(1))).toEqual([
    [
      "apps",
      SECRETS.slice(0, 20)
        .map((line) => line.split(/ +/)[1])
        .join(" "),
    ],
    [
      "apps",
      SECRETS.slice(20, 25)
        .map((line) => line.split(/ +/)[1])
        .join(" "),
    ],
    ["default", "token"],
  ]);
});

it("hands over what it has read, and keeps none of it", () => {
  const read = `cat >"$TMPDIR/../got"; read -r line <"$TMPDIR/../got"; echo "DID wrote $line" >&3`;
  const { stdout, stderr, did } = encrypted({
    list: SECRETS.slice(-1)
      .map((line) => `echo "${line}"`)
      .join(),
    get: "echo very-secret",
    replace: read,
  });
  expect(did.at(-1)).toBe("wrote very-secret");
  expect(stdout + stderr).not.toContain("very-secret");
});

it("takes those that somebody else writes or deletes meanwhile for done", () => {
  const said = (why: string) => `Error from server (${why}): error when replacing "STDIN": secrets "token"`;
  const replace = `cat >/dev/null; echo '${said("Conflict")}' >&2; echo '${said("NotFound")}' >&2; exit 1`;
  expect(encrypted({ replace })).toMatchObject({ status: 0, stdout: "2\n" });
});

it("is done with a cluster that has none", () => {
  expect(encrypted({ list: "echo No resources found >&2" })).toMatchObject({ status: 0, stdout: "2\n", did: [] });
});

it.each<[string, Api]>([
  ["the API is away for a while", { list: `[ $calls -gt 3 ] || { echo refused >&2; exit 1; }\necho "${SECRETS[25]}"` }],
  [
    "a write fails",
    { replace: 'cat >/dev/null; [ $calls -gt 9 ] || { echo "Error from server (Timeout)" >&2; exit 1; }' },
  ],
])("goes on when %s", (_what, api) => {
  expect(encrypted(api)).toMatchObject({ status: 0, stdout: "2\n" });
});

it.each<[string, Api, RegExp]>([
  ["the API stays away", { list: "echo connection refused >&2; exit 1" }, /is still needed\. connection refused/],
  [
    "a Secret cannot be written",
    { replace: 'cat >/dev/null; echo "Error from server: admission webhook denied the request" >&2; exit 1' },
    /In namespace default: Error from server: admission webhook denied/,
  ],
  [
    "a Secret cannot be read",
    {
      get: "echo forbidden >&2; exit 1",
      replace: "case $(cat) in broken) echo 'error: no objects passed to replace' >&2; exit 1 ;; esac",
    },
    /In namespace default: error: no objects/,
  ],
])("stops the update when %s, and says that the old key has to stay", (_what, api, why) => {
  const { status, stdout, stderr } = encrypted(api);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(why);
  expect(stderr).toContain("leave the old generation in hostroute:keys.encryption.known");
});
