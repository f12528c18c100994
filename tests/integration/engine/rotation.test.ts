import { parseRecovery } from "../../../components/settings/recovery";
import { Engine, engineIsBuilt } from "./engine";

/** Three updates that rotate keys, by the real engine: what it keeps of one that fails decides which step may come next. */
const withEngine = engineIsBuilt ? describe : describe.skip;
if (!engineIsBuilt) process.stderr.write("No engine in the cache: `make up` builds one. Its tests are skipped.\n");

withEngine("keys that are rotated", () => {
  let engine: Engine;
  const UP = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", "dev"];
  const up = () => engine.run(UP);
  const ends = () => void engine.answer(UP);
  const output = (name: string) =>
    engine.answer(["stack", "output", name, "--json", "--show-secrets", "--stack", "dev"]).trim();
  const generations = () => JSON.parse(output("keys")) as Record<string, { known: number[]; used: number }>;
  const keys = () => parseRecovery(JSON.parse(output("recovery")) as string);
  const set = (known: number[], used: number) =>
    engine.configure("dev", {
      controlPlane: { count: 3 },
      keys: { serviceAccount: { known, used }, encryption: { known, used } },
    });
  /** Whether Secrets can be written. */
  const api = (answers: boolean) =>
    engine.place("kubectl", answers ? 'case "$*" in replace*) cat >/dev/null ;; esac' : "echo forbidden >&2; exit 1");

  beforeAll(async () => {
    engine = await Engine.with("keys");
    // No test waits for half an hour.
    engine.place("sleep", "exit 0");
    engine.place(
      "date",
      'file="$0.now"; now=$(cat "$file" 2>/dev/null || echo 0); echo $((now + 600)) >"$file"; echo "$now"',
    );
    engine.answer(["stack", "init", "dev"]);
    engine.configure("dev", { controlPlane: { count: 3 } });
    api(true);
    ends();
  }, 600_000);
  afterAll(() => engine?.remove());

  it("go through all three steps, and nothing else goes with them", () => {
    const before = keys();
    set([1, 2], 2);
    const early = up();
    expect(early.ok).toBe(false);
    expect(early.said).toContain("generation 2 is not known to all nodes yet");
    set([1, 2], 1);
    ends();
    const both = keys();
    expect(both.authorities).toEqual(before.authorities);
    expect(both.serviceAccount["1"]).toBe(before.serviceAccount["1"]);
    expect(Object.keys(both.encryption)).toEqual(["1", "2"]);
    // The second step's update fails where Secrets are written.
    set([1, 2], 2);
    api(false);
    const failed = up();
    expect(failed.ok).toBe(false);
    expect(failed.said).toContain("forbidden");
    expect(generations()).toMatchObject({ encryption: { known: [1, 2], used: 1 } });
    set([2], 2);
    const refused = up();
    expect(refused.ok).toBe(false);
    expect(refused.said).toContain("generation 1 may still be in use");
    expect(keys()).toEqual(both);
    api(true);
    set([1, 2], 2);
    ends();
    expect(generations()).toMatchObject({ encryption: { known: [1, 2], used: 2 } });
    set([2], 2);
    ends();
    expect(keys()).toEqual({
      authorities: before.authorities,
      serviceAccount: { 2: both.serviceAccount["2"] },
      encryption: { 2: both.encryption["2"] },
    });
  }, 600_000);
});
