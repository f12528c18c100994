import { parseRecovery, recoveryText } from "../../../components/settings/recovery";
import { recoveryKeys, secretsOf } from "../../recoveryKeys";
import { Engine, engineIsBuilt } from "./engine";

/** What the engine exports of a stack. */
interface State {
  deployment: { resources: { urn: string; id?: string }[] };
}

/** Keys on their way from one stack to another, by the real engine with its own process for dynamic providers. */
const withEngine = engineIsBuilt ? describe : describe.skip;
if (!engineIsBuilt) process.stderr.write("No engine in the cache: `make up` builds one. Its tests are skipped.\n");

withEngine("keys of an earlier cluster", () => {
  let engine: Engine;
  let recovery: string;
  const operate = (operation: string, stack: string, ...more: string[]) =>
    engine.run([operation, "--yes", "--skip-preview", "--suppress-outputs", ...more, "--stack", stack]);
  const output = (stack: string) =>
    engine.answer(["stack", "output", "recovery", "--show-secrets", "--stack", stack]).trim();
  const set = (stack: string, text: string, ...more: string[]) =>
    engine.answer(["config", "set", ...more, "hostroute:recovery", "--stack", stack], text);
  const unset = (stack: string) => engine.answer(["config", "rm", "hostroute:recovery", "--stack", stack]);
  const exported = (stack: string, ...more: string[]) => engine.answer(["stack", "export", ...more, "--stack", stack]);
  /** Which of the keys can be read in a text. */
  const seen = (text: string) => secretsOf(parseRecovery(recovery)).filter((secret) => text.includes(secret));

  beforeAll(async () => {
    engine = await Engine.with("keys");
    for (const stack of ["old", "new"]) engine.answer(["stack", "init", stack]);
    expect(operate("up", "old")).toMatchObject({ ok: true });
    recovery = output("old");
  }, 600_000);
  afterAll(() => engine?.remove());

  it("are not in clear in the state that has them, where they are as secrets", () => {
    expect(seen(exported("old"))).toEqual([]);
    expect(seen(exported("old", "--show-secrets"))).toEqual(secretsOf(parseRecovery(recovery)));
  });

  it("are the new stack's from its first update on, and stay so without being given again", () => {
    set("new", recovery, "--secret");
    for (const operation of ["up", "refresh"]) {
      const { ok, said } = operate(operation, "new");
      expect([operation, ok ? "" : said]).toEqual([operation, ""]);
      expect([seen(said), seen(exported("new"))]).toEqual([[], []]);
    }
    expect(output("new")).toBe(recovery);
    unset("new");
    const { ok, said } = operate("up", "new", "--expect-no-changes");
    expect([ok, seen(said)]).toEqual([true, []]);
    expect([output("new"), seen(exported("new"))]).toEqual([recovery, []]);
  }, 600_000);

  it("are refused by a stack that has its own, in a preview and in an update, and change nothing", () => {
    const before = exported("old");
    set("old", recoveryText(recoveryKeys()), "--secret");
    for (const { ok, said } of [engine.run(["preview", "--stack", "old"]), operate("up", "old")]) {
      expect(ok).toBe(false);
      expect(said).toContain("hostroute:recovery is for a new stack, and this one has keys of its own");
    }
    unset("old");
    const resources = (text: string) =>
      (JSON.parse(text) as State).deployment.resources.map(({ urn, id = "" }) => `${urn} ${id}`).sort();
    expect(resources(exported("old"))).toEqual(resources(before));
    expect(output("old")).toBe(recovery);
  }, 600_000);

  it("are refused in clear, without being shown", () => {
    set("old", recovery, "--plaintext");
    const { ok, said } = engine.run(["preview", "--stack", "old"]);
    unset("old");
    expect([ok, seen(said)]).toEqual([false, []]);
    expect(said).toContain("hostroute:recovery is a secret, and stands in clear");
  });
});
