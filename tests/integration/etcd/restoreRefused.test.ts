import * as fs from "node:fs";
import { EtcdNode } from "./nodes";
import { describeRestore, Restoring } from "./restoring";

describeRestore("a restore of etcd", (begun) => {
  let given: Restoring;
  let a: EtcdNode;
  beforeEach(() => {
    given = begun();
    [a] = given.all;
  });
  const store = () => given.snapshots.store;
  const flipped = (content: Buffer) => {
    const other = Buffer.from(content);
    other[content.length / 2]! ^= 1;
    return other;
  };
  const damage = () => store().put(given.object, flipped(store().read(given.object)));
  const says = (latest: object) => store().put("prod/latest", JSON.stringify(latest));
  /** What stands in the way of a restore, and what is said of it. */
  const OBSTACLES: Record<string, [from: "latest" | "its name", prepare: () => void, why: string | RegExp]> = {
    "no last snapshot": ["latest", () => store().objects.clear(), "404 Not Found to GET latest"],
    "no snapshot of that name": ["its name", () => store().objects.clear(), /404 Not Found to GET 20\S+\.db/],
    "a URL that has expired": [
      "latest",
      () => (store().ahead = 4_000),
      "401 Unauthorized to GET latest; the temporary",
    ],
    "a store that refuses": ["latest", () => (store().fault = () => 403), "403 Forbidden to GET latest"],
    "a store that is away": ["latest", () => (store().fault = () => 503), "503 Service Unavailable to GET latest"],
    "a transfer that is cut": [
      "latest",
      () => (store().fault = (_, of) => (of === given.object ? "cut" : undefined)),
      "was cut short: ",
    ],
    "a damaged one": ["latest", damage, "its own SHA-256 is another"],
    "a damaged one of that name": ["its name", damage, "its own SHA-256 is another"],
    "something else of that name": ["its name", () => store().put(given.object, "no"), "its own SHA-256 is another"],
    "another than latest says": [
      "latest",
      () => says({ ...given.taken, sha256: "0".repeat(64) }),
      /has SHA-256 [0-9a-f]{64}, and latest says 0{64}/,
    ],
    "a latest that says nothing": ["latest", () => says({}), "does not say which snapshot"],
    "a latest that names another folder": [
      "latest",
      () => says({ ...given.taken, name: "../x" }),
      "does not say which snapshot",
    ],
  };
  it.each(Object.keys(OBSTACLES))("does not begin with %s, says so, and does once that is mended", async (what) => {
    const [from, prepare, why] = OBSTACLES[what]!;
    prepare();
    given.snapshots.restores(a, from === "latest" ? from : given.taken.name);
    a.startAlone();
    await a.says("not restored, and etcd not started: ");
    await a.says(why);
    expect(a.log).not.toContain("temp_url");
    given.hasNone(a);

    given.mend();
    await given.hasAll(a);
  });

  it("does not begin where the disk has no room for the snapshot twice", async () => {
    given.snapshots.restores(a);
    const small = a.path("small");
    const mounted = `mount -t tmpfs -o size=64m none ${a.path("data")} && exec "$@"`;
    fs.writeFileSync(small, `#!/bin/sh\nexec unshare -rm sh -c '${mounted}' sh ${a.program} "$@"\n`, { mode: 0o755 });
    a.program = small;
    a.startAlone();
    await a.says(/etcd not started: 6\d MiB are free for \S+, and 5\d\d are needed/);
  });

  it("does not take files without a log for data, nor throw them away", async () => {
    fs.mkdirSync(a.path("data/member/snap"), { recursive: true });
    given.snapshots.restores(a);
    a.startAlone();
    await a.says("has files, and no write-ahead log: they have to be moved away first");
    fs.renameSync(a.path("data/member"), a.path("moved"));
    await given.hasAll(a);
  });
});
