import { memberInterpreter, membersInterpreter } from "../../../components/objects/etcd/script";
import { answering, etcd, THREE, VOTERS } from "./kubectl";

it("waits as long as a slow mirror takes for one that comes, and five minutes before one goes", () => {
  expect(memberInterpreter()[2]).toMatch(/within 900 here(.|\n)*within 300 spared/);
  expect(membersInterpreter()[2]).toContain("within 900 as_planned");
});

it("keeps the program's own comments out of the state", () => {
  for (const [, , script] of [memberInterpreter(), membersInterpreter()]) {
    expect(script).not.toMatch(/^#|\n\n/m);
    expect(script!.length).toBeLessThan(3_800);
  }
});

/** The second of three, as nodes say it is; the others work. */
const with2 = (own: string) => VOTERS.replace(/10\.0\.0\.2=\S+/, own);

describe("after a server has come", () => {
  const joined = (get: string, seconds?: number) => etcd("joined", THREE, { get, ...(seconds ? { seconds } : {}) });

  it("waits until its member is a voter that answers, and its API server ready at the release", () => {
    const steps = ["10.0.0.2=b2=silent=-", "10.0.0.2=b3=learner=-", "10.0.0.2=b3=voter=-", "10.0.0.2=b3=voter=v1.33.5"];
    const cases = steps.map((own, i) => `${i + 2}) ${answering(with2(own))} ;;`).join("\n");
    const { status, stdout, did } = joined(
      `case $calls in\n1) echo "|||" ;;\n${cases}\n*) ${answering(VOTERS)} ;;\nesac`,
    );
    expect([status, stdout, did]).toEqual([0, "", ['patch {"data":{"asked":"1"}}']]);
  });

  it.each(["v1.34.1-company.1", "v1.34.1+k3s1"])("takes an operator's own build of it: %s", (release) => {
    expect(joined(answering(with2(`10.0.0.2=b3=voter=${release}`))).status).toBe(0);
  });

  it.each<[string, string]>([
    ["silent, as the one that has gone", "10.0.0.2=b2=silent=-"],
    ["a learner", "10.0.0.2=b3=learner=-"],
    ["without an API server that is ready", "10.0.0.2=b3=voter=-"],
    ["of another release", "10.0.0.2=b3=voter=v1.34.10"],
    ["reported by older nodes alone", "10.0.0.2=b3=voter"],
    ["no member", ""],
  ])("fails in the end, and says which node and why, while it is %s", (_name, own) => {
    const { status, stderr } = joined(answering(with2(own)), 6);
    expect(status).toBe(1);
    expect(stderr).toContain(
      "hostroute: cp-1 did not get into service within 6 seconds; the update stops. Its member of etcd has to be a voter, and its API server ready at v1.34.1.",
    );
    expect(stderr).toContain(`The nodes say: ${with2(own)}`);
  });
});

describe("before a server goes", () => {
  const leaves = (members: string) => etcd("leaves", THREE, { get: answering(members), asked: "3", seconds: 6 });
  const FIVE = `${VOTERS} 10.0.0.4=d4=voter=v1.34.1 10.0.0.5=e5=voter=v1.34.1`;

  it.each<[string, string]>([
    ["all others work", VOTERS],
    ["all others work, whose release does not count", VOTERS.replaceAll("v1.34.1", "-")],
    ["it is a learner itself", VOTERS.replace("b2=voter", "b2=learner").replace("c3=voter", "c3=silent")],
    ["it does not work, and the others are a majority", VOTERS.replace("b2=voter", "b2=silent")],
    [
      "it does not work, one other neither, and the rest is a majority",
      FIVE.replace("b2=voter", "b2=silent").replace("e5=voter", "e5=silent"),
    ],
    ["it is no member any more, as it is to be removed", VOTERS.replace(/10\.0\.0\.2=\S+ /, "")],
  ])("lets it go when %s", (_name, members) => {
    expect(leaves(members)).toMatchObject({ status: 0, stdout: "", stderr: "", did: ['patch {"data":{"asked":"4"}}'] });
  });

  it.each<[string, string]>([
    ["another one does not work", VOTERS.replace("c3=voter", "c3=silent")],
    ["another one is yet to be promoted", VOTERS.replace("c3=voter", "c3=learner")],
    ["one of many others does not work", FIVE.replace("c3=voter", "c3=silent")],
    ["it does not work, and the others are no majority", VOTERS.replace(/(b2|c3)=voter/g, "$1=silent")],
    ["it has all that is left", "10.0.0.2=b2=voter=v1.34.1"],
    ["there is one other, without which it would be none", VOTERS.replace(/ 10\.0\.0\.3=.*/, "")],
    ["nodes say nothing of members", ""],
  ])("refuses in the end, and says which node and why, when %s", (_name, members) => {
    const { status, stderr } = leaves(members);
    expect(status).toBe(1);
    expect(stderr).toContain("hostroute: cp-1 cannot be done without, so its server was left as it is");
    expect(stderr).toContain(`The nodes say: ${members}`);
  });

  it("refuses when nobody can say", () => {
    const old = etcd("leaves", THREE, { get: `echo "$asked|2|${VOTERS}|"`, asked: "3", seconds: 6 });
    expect([old.status, old.stderr]).toEqual([1, expect.stringContaining("No node answers")]);
    const away = etcd("leaves", THREE, { get: "echo connection refused >&2; exit 1", seconds: 6 });
    expect([away.status, away.stderr]).toEqual([1, expect.stringContaining("connection refused")]);
  });

  it("goes on as soon as the others are back", () => {
    const members = VOTERS.replace("c3=voter", "c3=silent");
    const { status } = etcd("leaves", THREE, {
      get: `[ $calls -lt 20 ] && ${answering(members)} || ${answering(VOTERS)}`,
    });
    expect(status).toBe(0);
  });

  it("asks nobody about one that the cluster leaves behind, as it begins anew; and counts no file of somebody else", () => {
    const away = { get: "echo connection refused >&2; exit 1", seconds: 6 };
    const noted = (id: string) => ({ ...away, before: `noted="$TMPDIR/hostroute-abandoned-${id}"; : >"$noted"` });
    expect(etcd("leaves", THREE, noted("server-1"))).toMatchObject({ status: 0, stderr: "", did: [] });
    expect(etcd("leaves", THREE, noted("server-2")).status).toBe(1);
  });

  it("does nothing where etcd is down to one member, which nobody reports", () => {
    expect(etcd("leaves", THREE, { get: ":" })).toMatchObject({ status: 0, stderr: "", did: [] });
  });
});
