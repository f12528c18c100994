import { answering, etcd, THREE, VOTERS } from "./kubectl";

const planned = (members: string, get: string, asked = "", seconds = 60) =>
  etcd("planned", members, { get, asked, seconds });

it("asks, and waits until an answer to that says that all planned members are voters", () => {
  const { status, stderr, did } = planned(
    THREE,
    `case $calls in
      1) ;;
      2|3) echo "|||" ;;
      4) echo "$asked||${VOTERS}|" ;;
      5) echo "$asked|$asked|${VOTERS.replace("c3=voter", "c3=silent")}|" ;;
      6) echo "$asked|$asked|${VOTERS.replace("c3=voter", "c4=learner")}|" ;;
      *) echo "$asked|$asked|${VOTERS}|" ;;
    esac`,
  );
  expect([status, stderr]).toEqual([0, ""]);
  expect(did).toEqual(["create configmap hostroute-etcd", 'patch {"data":{"asked":"1"}}']);
});

it.each<[string, string]>([
  ["an answer to an earlier question", VOTERS],
  ["a member that is silent", VOTERS.replace("b2=voter", "b2=silent")],
  ["a learner", VOTERS.replace("b2=voter", "b2=learner")],
  ["one too few", VOTERS.replace(/ .*/, "")],
])("does not take %s for all of them", (what, members) => {
  const seen = what.startsWith("an answer") ? "7" : "$asked";
  const { status, stderr } = planned(THREE, `echo "$asked|${seen}|${members}|why not"`, "7", 6);
  expect(status).toBe(1);
  expect(stderr).toContain(`hostroute: etcd's members are not those that are planned (${THREE}) after 6 seconds.`);
  expect(stderr).toContain(`The nodes say: ${members} why not\n`);
  expect(stderr).toContain("No server was deleted; run pulumi up again.");
});

it("asks for more than an older version has, which asked by the time", () => {
  const { status, did } = planned(THREE, answering(VOTERS), "1764412345-678");
  expect([status, did]).toEqual([0, ['patch {"data":{"asked":"1764412346"}}']]);
});

it("repeats its question where another one's has taken its place, and takes the answer to a later one", () => {
  const lower = `case $calls in 1) echo "4|4|${VOTERS}|" ;; 3) echo "4|4|${VOTERS}|" ;; *) ${answering(VOTERS)} ;; esac`;
  const again = planned(THREE, lower, "4");
  expect([again.status, again.did]).toEqual([0, Array(2).fill('patch {"data":{"asked":"5"}}')]);
  const later = planned(THREE, `[ $calls = 1 ] && echo "4|4|${VOTERS}|" || echo "9|9|${VOTERS}|"`, "4");
  expect([later.status, later.did]).toEqual([0, ['patch {"data":{"asked":"5"}}']]);
});

it("takes what older nodes say of members, who name no release", () => {
  expect(planned(THREE, answering(VOTERS.replaceAll("=v1.34.1", ""))).status).toBe(0);
});

it("tells whoever is not planned to leave, by id, once, and waits until they have left", () => {
  const { status, did } = planned(
    "10.0.0.1",
    `if [ "$leaving" = " b2 c3" ] && [ $calls -gt 9 ]; then ${answering("10.0.0.1=a1=voter=v1.34.1")}; else ${answering(VOTERS)}; fi`,
    "1",
  );
  expect([status, did]).toEqual([
    0,
    ['patch {"data":{"asked":"2"}}', 'patch {"data":{"leaving":" b2 c3"}}', "delete configmap hostroute-etcd"],
  ]);
});

describe("once others have left", () => {
  const DOWN_TO_ONE = `[ $calls -gt 9 ] && ${answering("10.0.0.1=a1=voter=v1.34.1")} || ${answering(VOTERS)}`;
  const reduced = (readyz: string) =>
    planned("10.0.0.1", `case "$*" in *readyz*) ${readyz} ;; *) ${DOWN_TO_ONE} ;; esac`, "1", 600);

  it("waits until each of twenty requests in a row is answered: then none is sent to a server that has left", () => {
    const { status, did } =
      reduced(`n=$(cat "$TMPDIR/../n" 2>/dev/null || echo 0); n=$((n + 1)); echo $n >"$TMPDIR/../n"
      if [ $n = 3 ] || [ $n = 22 ]; then echo refused >&2; exit 1; fi; [ $n -le 42 ] || echo "DID too many" >&3`);
    expect(status).toBe(0);
    expect(did.slice(1)).toEqual(['patch {"data":{"leaving":" b2 c3"}}', "delete configmap hostroute-etcd"]);
  });

  it("says so where some never are, and keeps what it asks by", () => {
    const { status, stderr, did } = reduced(`echo "connection refused" >&2; exit 1`);
    expect(status).toBe(1);
    expect(stderr).toContain("the API's address still leads to servers that have left etcd, 120 seconds after");
    expect(stderr).toContain("not every request is answered. connection refused\n");
    expect(did).not.toContain("delete configmap hostroute-etcd");
  });
});

it("leaves alone a single member that was always alone", () => {
  expect(planned("10.0.0.1", ":")).toEqual({ status: 0, stdout: "", stderr: "", left: [], did: [] });
});

it("asks by the members' own addresses where nobody has the API's", () => {
  const { status } = planned(
    THREE,
    `if [ "$server" != https://10.0.0.2:6443 ]; then echo "no route to host" >&2; exit 1; fi; ${answering(VOTERS)}`,
  );
  expect(status).toBe(0);
});

it("says what kubectl says, in the end", () => {
  const { status, stderr } = planned(
    THREE,
    `[ -z "$server" ] && echo "connection refused" >&2 || echo "no route to host" >&2; exit 1`,
    "",
    6,
  );
  expect([status, stderr]).toEqual([1, expect.stringContaining("after 6 seconds. connection refused\n")]);
});
