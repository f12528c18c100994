import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { command } from "../../../lab/plugins/command";
import { Props, secret, UNKNOWN } from "../../../lab/plugins/protocol/values";
import { Engine } from "./engine";

const TYPE = "command:local:Command";
const RUN = "command:local:run";
let engine: Engine;
let dir: string;
beforeEach(() => {
  engine = new Engine(command("0"));
  dir = fs.mkdtempSync(path.join(os.tmpdir(), "command-test-"));
});
afterEach(() => fs.rmSync(dir, { recursive: true }));

it("runs create, then update, then delete, each of which knows what was printed last", async () => {
  const say = (what: string) => `echo ${what} after "$PULUMI_COMMAND_STDOUT"; echo warning >&2; echo ${what} >>log`;
  const made = await engine.create(TYPE, { create: say("create"), update: say("update"), delete: say("delete"), dir });
  expect(made.state).toMatchObject({ stdout: "create after ", stderr: "warning" });
  const now = await engine.update(made, { ...made.inputs, environment: { A: "b" } });
  expect(now.state).toMatchObject({ stdout: "update after create after ", environment: { A: "b" } });
  await engine.remove(now);
  expect(fs.readFileSync(path.join(dir, "log"), "utf8")).toBe("create\nupdate\ndelete\n");
});

it("runs create again where there is no update", async () => {
  const made = await engine.create(TYPE, { create: 'echo "$A"', environment: { A: "1" } });
  expect((await engine.update(made, { ...made.inputs, environment: { A: "2" } })).state.stdout).toBe("2");
});

it("does not run at a preview, and nothing where there is no command", async () => {
  expect(await engine.previewCreate(TYPE, { create: "touch made", dir })).toEqual({ create: "touch made", dir });
  expect(fs.readdirSync(dir)).toEqual([]);
  expect((await engine.create(TYPE, { delete: "true" })).state).toEqual({ delete: "true", stdout: "", stderr: "" });
});

it("gives the interpreter the command, and the command its input", async () => {
  const inputs = { create: "b", interpreter: ["/bin/sh", "-c", 'cat; echo "$1"', "a"], stdin: "said " };
  expect((await engine.create(TYPE, inputs)).state.stdout).toBe("said b");
});

it("leaves out what was printed before when it is told to", async () => {
  const made = await engine.create(TYPE, { create: 'echo "x$PULUMI_COMMAND_STDOUT"', addPreviousOutputInEnv: false });
  expect((await engine.update(made, made.inputs)).state.stdout).toBe("x");
});

it("fails with all that was printed, and with the exit status", async () => {
  const failure = engine.create(TYPE, { create: "echo out; echo err >&2; exit 3" });
  await expect(failure).rejects.toThrow(
    /exit status 3: running "echo out; echo err >&2; exit 3":\n(out\nerr|err\nout)\n/,
  );
});

it.each([
  [undefined, ["out", "err"]],
  ["stdoutAndStderr", ["out", "err"]],
  ["stdout", ["out"]],
  ["stderr", ["err"]],
  ["none", []],
])("shows what runs: logging %s", async (logging, shown) => {
  await engine.create(TYPE, { create: "echo out; sleep 0.05; echo err >&2", ...(logging ? { logging } : {}) });
  expect(engine.told).toEqual(shown);
});

it("is replaced by other triggers alone", async () => {
  const made = await engine.create(TYPE, { create: "true", triggers: ["a", { b: 1 }], environment: { A: "1" } });
  const diff = (over: Props) => engine.diff(made, { ...made.inputs, ...over });
  expect(await diff({})).toMatchObject({ some: false });
  expect(await diff({ triggers: ["a", { b: 2 }] })).toMatchObject({ replaces: ["triggers[1].b"] });
  expect(await diff({ triggers: [UNKNOWN, { b: 1 }] })).toMatchObject({ replaces: ["triggers[0]"] });
  expect(await diff({ environment: { A: "2" }, create: "false" })).toMatchObject({
    detailed: { "environment.A": "updates", create: "updates" },
    replaces: [],
  });
});

it("keeps a secret input secret, and nothing else", async () => {
  expect((await engine.create(TYPE, { create: "cat", stdin: secret("s") })).state).toEqual({
    ...{ create: "cat", stdin: secret("s"), stdout: "s", stderr: "" },
  });
});

it("reads back as it is, and cannot be imported", async () => {
  const made = await engine.create(TYPE, { create: "echo a", triggers: [1] });
  expect(await engine.refresh(made)).toEqual(made);
  await expect(engine.import(TYPE, "x")).rejects.toThrow("cannot be imported");
});

it.each(["assetPaths", "archivePaths"])("refuses %s", async (property) => {
  expect((await engine.check(TYPE, { create: "true", [property]: ["*"] })).failures).toHaveProperty(property);
  expect((await engine.invoke(RUN, { command: "true", [property]: ["*"] })).failures).toHaveProperty(property);
});

it("runs as a function", async () => {
  expect((await engine.invoke(RUN, { command: "cat", stdin: "a\n", logging: "none" })).result).toMatchObject({
    stdout: "a",
    stderr: "",
  });
});
