// The library's dependency injection wants it loaded first.
import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const P256 = { name: "ECDSA", namedCurve: "P-256" };

/**
 * A certificate once more, for the same key and with the same names and uses, that is not valid before a moment.
 * @param authorityKey PEM of its issuer's private key, P-256
 */
export async function beginningAt(pem: string, authorityKey: string, notBefore: Date): Promise<string> {
  x509.cryptoProvider.set(webcrypto);
  const old = new x509.X509Certificate(pem);
  const pkcs8 = createPrivateKey(authorityKey).export({ type: "pkcs8", format: "der" });
  const signingKey = await webcrypto.subtle.importKey("pkcs8", pkcs8, P256, false, ["sign"]);
  const made = await x509.X509CertificateGenerator.create({
    subject: old.subjectName,
    issuer: old.issuerName,
    notBefore,
    notAfter: old.notAfter,
    publicKey: old.publicKey,
    signingKey,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    extensions: old.extensions,
  });
  return `${made.toString("pem")}\n`;
}
