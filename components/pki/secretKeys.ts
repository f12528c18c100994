import { createPublicKey, hkdfSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { fromGiven } from "../given";
import { ByGeneration, Generations, inOrder, nameOf } from "../settings/generations";
import { Recovery } from "../settings/recovery";
import { chosen } from "./chosen";

/** A key pair that signs service accounts' tokens, PEM. */
export interface TokenKeys {
  publicKey: string;
  privateKey: string;
}

/** The public half as @pulumi/tls has it. */
const pairOf = (privateKey: string): TokenKeys => ({
  publicKey: createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString(),
  privateKey,
});

type Given = pulumi.Output<Recovery | undefined>;

/**
 * What is made of each known generation's key: of that which was given under its number, or else of the stack's own.
 * Both are made in any case: what there is may not depend on what is known during an update alone.
 */
const each = <T>(
  generations: Generations,
  make: (generation: number) => pulumi.Output<T>,
): pulumi.Output<ByGeneration<T>> =>
  pulumi.output(Object.fromEntries(inOrder(generations).map((n) => [n, make(n)]))) as pulumi.Output<ByGeneration<T>>;

const givenOf = (given: Given, kind: "serviceAccount" | "encryption", n: number) =>
  given.apply((keys) => keys?.[kind][n]);

/** The service accounts' keys, by generation. */
export const serviceAccountKeys = (
  name: string,
  generations: Generations,
  given: Given,
  parent: pulumi.Resource,
): pulumi.Output<ByGeneration<TokenKeys>> =>
  each(generations, (n) => {
    const own = new tls.PrivateKey(
      nameOf(`${name}-service-account`, n),
      { algorithm: "RSA", rsaBits: 2048 },
      { parent },
    );
    const { publicKeyPem: publicKey, privateKeyPem: privateKey } = own;
    return chosen(givenOf(given, "serviceAccount", n), pairOf, pulumi.output({ publicKey, privateKey }));
  });

/** Keys of 32 bytes in base64, by generation. Derived from keys made for this alone, so that no further provider is needed. */
export const encryptionKeys = (
  name: string,
  generations: Generations,
  given: Given,
  parent: pulumi.Resource,
): pulumi.Output<ByGeneration<string>> =>
  pulumi.secret(
    each(generations, (n) => {
      const material = new tls.PrivateKey(nameOf(`${name}-encryption`, n), { algorithm: "ED25519" }, { parent });
      const own = fromGiven(material.privateKeyPem, (pem) =>
        Buffer.from(hkdfSync("sha256", pem, "", "secretbox", 32)).toString("base64"),
      );
      return chosen(givenOf(given, "encryption", n), (key) => key, own);
    }),
  );
