import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import * as tls from "node:tls";
import { ControlPlaneCredentials } from "../../components/pki/credentials";

/** openssl, which also wants the key identifiers to fit. @param between a certificate that may lead from one to the other */
export function verifies(ca: string, certificate: string, between?: string): boolean {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-keys-"));
  const files = Object.entries({ ca, certificate, between: between ?? ca }).map(([name, pem]) => {
    fs.writeFileSync(path.join(folder, name), pem);
    return path.join(folder, name);
  }) as [string, string, string];
  try {
    const said = execFileSync(
      "openssl",
      ["verify", "-x509_strict", "-CAfile", files[0], "-untrusted", files[2], files[1]],
      {
        encoding: "utf8",
        stdio: "pipe",
      },
    );
    return said.trim() === `${files[1]}: OK`;
  } catch {
    return false;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** A handshake as a kubeconfig's client and an API server have it: both must know the other. */
export async function connects(
  client: { ca: string; cert: string; key: string },
  { ca, own }: ControlPlaneCredentials,
): Promise<boolean> {
  const server = tls.createServer({ ca, ...own.apiserver, requestCert: true, rejectUnauthorized: true });
  server.on("tlsClientError", () => undefined);
  server.on("secureConnection", (socket) => socket.on("error", () => undefined).end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise<boolean>((resolve) => {
      const socket = tls.connect({ host: "127.0.0.1", port, servername: "localhost", ...client });
      socket
        .on("data", () => resolve(true))
        .on("error", () => resolve(false))
        .on("close", () => resolve(false));
    });
  } finally {
    server.close();
  }
}
