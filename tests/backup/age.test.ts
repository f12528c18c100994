import { snapshotAge } from "../../components/backup/age";

const NOW = Date.parse("2026-11-29T12:00:00Z");
const expected = { container: "prod-etcd", folder: "prod/", interval: 3_600 };
const latest = (seconds: number) => ({
  name: "a.db",
  sha256: "0".repeat(64),
  time: new Date(NOW - seconds * 1_000).toISOString(),
  size: 20_512,
  keys: 380,
  kubernetes: "1.36.3",
});

it.each([
  [10, "10 s"],
  [119, "119 s"],
  [120, "2 min"],
  [7_800, "2 h"],
  [-5, "0 s"],
])("says how old the last one is: %i seconds", (seconds, said) => {
  expect(snapshotAge(latest(seconds), expected, NOW)).toBe(
    `last snapshot of etcd: a.db in prod-etcd/prod/, ${said} old, 380 keys, 20512 bytes`,
  );
});

it.each([
  [7_801, "2 h"],
  [200_000, "2 d"],
])("warns of one that is late: %i seconds", (seconds, said) => {
  expect(snapshotAge(latest(seconds), expected, NOW)).toMatch(
    new RegExp(
      `^Warning: last snapshot of etcd: a\\.db .*, ${said} old, .*; one is due every 60 min\\. On control-plane`,
    ),
  );
});

it("warns where there is none", () => {
  expect(snapshotAge(undefined, expected, NOW)).toMatch(/^Warning: no snapshot of etcd is in prod-etcd\/prod\/ yet\./);
});
