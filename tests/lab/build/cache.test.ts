import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { once } from "../../../lab/build/cache";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "cache-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

const slowly = async (temporary: string) => {
  fs.mkdirSync(temporary);
  await new Promise((resolve) => setTimeout(resolve, 20));
  fs.writeFileSync(path.join(temporary, "made"), "");
};

it("is made once when two want it at a time", async () => {
  const make = jest.fn(slowly);
  const target = path.join(folder, "tool");
  expect(await Promise.all([once(target, make), once(target, make)])).toEqual([target, target]);
  expect(make).toHaveBeenCalledTimes(1);
  expect(fs.readdirSync(folder)).toEqual(["tool"]);
  await once(target, make);
  expect(make).toHaveBeenCalledTimes(1);
});

it("is made again after a failure, which leaves nothing", async () => {
  const target = path.join(folder, "tool");
  const fails = async (temporary: string) => {
    fs.mkdirSync(temporary);
    await Promise.reject(new Error("no room"));
  };
  await expect(once(target, fails)).rejects.toThrow("no room");
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(await once(target, slowly)).toBe(target);
});
