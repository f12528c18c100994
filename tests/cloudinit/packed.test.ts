import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { packed } from "../../components/cloudinit/packed";
import { PYTHON } from "./python";
import { realistic } from "./realistic";

// tests/setup.ts has another in its place.
jest.unmock("pako");

/** A text of the kind that is packed, and 200 kB of it: more than deflate's window, and than one of its blocks. */
const TEXT = Array.from(
  { length: 5_000 },
  (_, i) => `- path: /etc/${(i * 7_919) % 1_000}\n  content: é ${i * i}\n`,
).join("");

it("gives the same bytes for the same text, whatever Node.js runs it: a release of pako that gives others would look like a change", () => {
  const bytes = Buffer.from(packed(TEXT), "base64");
  // RFC 1952: gzip, deflate, no flags, no time, the strongest compression, Unix.
  expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(
    "4cacb9239cc57d96d3ec28a6a1b38f22c8866da9565859a2f2fcca5f21d9b9c3",
  );
});

it("gives what Node.js gives in its place in all other tests", () => {
  for (const text of [TEXT, ...Object.values(realistic())])
    expect(packed(text)).toBe(gzipSync(text, { level: 9, memLevel: 6 }).toString("base64"));
});

/** As cloud-init unpacks it (cloudinit/util.py: decomp_gzip). */
const DECOMPRESS = `import base64, gzip, io, sys
with gzip.GzipFile(None, "rb", 1, io.BytesIO(base64.b64decode(sys.stdin.buffer.read()))) as file:
    sys.stdout.buffer.write(file.read())`;

it("is what cloud-init's Python reads", () => {
  for (const text of [TEXT, ...Object.values(realistic())]) {
    const { stdout, stderr } = spawnSync(PYTHON[0], [...PYTHON.slice(1), "-c", DECOMPRESS], { input: packed(text) });
    expect(stderr.toString()).toBe("");
    expect(stdout.equals(Buffer.from(text))).toBe(true);
  }
});
