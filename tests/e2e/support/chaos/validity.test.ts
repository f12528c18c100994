import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { beginningAt } from "../../../../e2e/support/chaos/validity";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "validity-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const openssl = (command: string) =>
  execFileSync("openssl", command.split(" "), { cwd: folder, stdio: ["ignore", "pipe", "pipe"] }).toString();
const read = (file: string) => fs.readFileSync(path.join(folder, file), "utf8");
const written = (file: string, text: string) => fs.writeFileSync(path.join(folder, file), text);

beforeAll(() => {
  const ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
  openssl(`req -x509 ${ec} -keyout ca.key -out ca.crt -subj /CN=ca -days 30`);
  openssl(`req ${ec} -keyout leaf.key -out leaf.csr -subj /O=system:nodes/CN=system:node:a`);
  written("extensions", "subjectAltName=DNS:a,IP:10.106.1.2\nextendedKeyUsage=clientAuth,serverAuth\n");
  openssl("x509 -req -in leaf.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 10 -extfile extensions -out leaf.crt");
});

it("is refused before that moment, and accepted from then on, for the same key and names", async () => {
  const begins = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 3_600_000);
  written("late.crt", await beginningAt(read("leaf.crt"), read("ca.key"), begins));
  expect(() => openssl("verify -CAfile ca.crt late.crt")).toThrow("certificate is not yet valid");
  const at = begins.getTime() / 1_000;
  expect(() => openssl(`verify -CAfile ca.crt -attime ${at - 1} late.crt`)).toThrow("certificate is not yet valid");
  expect(openssl(`verify -CAfile ca.crt -attime ${at} late.crt`)).toBe("late.crt: OK\n");
  const same = ["-pubkey", "-subject", "-issuer", "-enddate", "-ext subjectAltName,extendedKeyUsage"].join(" ");
  expect(openssl(`x509 -noout ${same} -in late.crt`)).toBe(openssl(`x509 -noout ${same} -in leaf.crt`));
});
