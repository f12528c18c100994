import { execFileSync } from "node:child_process";
import { outcomeOf } from "../../../../e2e/support/intruder/asWorker";
import { certificateRequest } from "../../../../e2e/support/intruder/requests";
import { Places, rows } from "../../../../e2e/support/intruder/rows";

const places: Places = {
  own: "dev-worker-1",
  ownUid: "uid-of-node",
  other: "dev-worker-2",
  namespace: "intruder",
  podUid: "uid-of-pod",
  image: "tools:1",
  requests: { own: "b3du", administrator: "YWRtaW4=" },
};
const asked = rows.map((row) => ({ ...row, request: row.ask(places) }));

it("changes nothing: what writes is a dry run, or a question", () => {
  const writes = asked.filter(({ request }) => request.method !== "GET" && !request.path.includes("dryRun=All"));
  expect(writes.map(({ what }) => what)).toEqual(["ask what somebody may do"]);
});

it("has no two rows of one name or one question", () => {
  const names = rows.map(({ as, what }) => `${as} ${what}`);
  const questions = asked.map(({ as, request }) => `${as} ${JSON.stringify(request)}`);
  for (const all of [names, questions]) expect(new Set(all).size).toBe(all.length);
});

it("never asks for the other worker's things where it may have them, but for public certificates", () => {
  const other = asked.filter(({ request }) => /dev-worker-2|\/other/.test(JSON.stringify(request)));
  expect(other.length).toBeGreaterThan(10);
  expect(other.filter(({ outcome }) => outcome === "allowed").map(({ what }) => what)).toEqual([
    "read another worker's certificates' ConfigMap",
  ]);
});

it.each([
  [200, "allowed"],
  [201, "allowed"],
  [401, "refused"],
  [403, "refused"],
])("takes %d for %s", (status, outcome) => expect(outcomeOf(status)).toBe(outcome));

it.each([0, 400, 404, 409, 422, 500, 503])("takes %d for no outcome", (status) =>
  expect(() => outcomeOf(status)).toThrow(`The answer is ${status}`),
);

it("makes a request that OpenSSL reads", async () => {
  const pem = Buffer.from(await certificateRequest("O=system:nodes,CN=system:node:a"), "base64").toString();
  const said = execFileSync("openssl", ["req", "-noout", "-subject", "-verify"], {
    input: pem,
    stdio: "pipe",
  }).toString();
  expect(said.replaceAll(" ", "")).toContain("subject=O=system:nodes,CN=system:node:a");
});
