import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type * as LongStep from "../../lab/longStep";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "long-step-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

it("says how long a step took last time, once it was done", async () => {
  process.env.HOSTROUTE_CACHE = path.join(folder, "cache"); // before lab/paths reads it
  const { longStep } = jest.requireActual<typeof LongStep>("../../lab/longStep");
  const said: string[] = [];
  const stderr = jest.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  try {
    await expect(longStep("a build", () => Promise.reject(new Error("no space")))).rejects.toThrow("no space");
    expect(await longStep("a build", () => Promise.resolve(7))).toBe(7);
    await longStep("a build", () => Promise.resolve());
  } finally {
    stderr.mockRestore();
  }
  expect(said.map((line) => line.replace(/^\[.*?\] /, ""))).toEqual([
    "a build\n",
    "a build\n",
    "a build: done, 0 s\n",
    "a build (0 s last time)\n",
    "a build: done, 0 s\n",
  ]);
});
