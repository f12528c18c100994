import { nameOf } from "../../cli/engine/deployment";
import { inGuest } from "../../lab/guest";
import { isBack, victims } from "../support/chaos/back";
import { losePower, shell } from "../support/chaos/guest";
import { suffer } from "../support/chaos/suffer";
import { beginningAt } from "../support/chaos/validity";
import { exported } from "../support/stack";

/**
 * A node that boots with its clock behind. Guests have no clock of their own (they are containers, and there are no namespaces for the
 * wall clock), so it is the other way round: all certificates of the node begin only in a while, which is how a clock that is behind
 * sees those it was given today. When they begin, the clock is right again. What depends on the time of day otherwise is not covered.
 */
const BEHIND = 100_000;
const PKI = "/etc/kubernetes/pki";

/** By the authority's place in the program, the private key: secrets are JSON in clear with `--show-secrets`. */
async function authorityKeys(): Promise<Record<string, string>> {
  const { resources = [] } = await exported("--show-secrets");
  const keys = resources.filter(({ type }) => type === "tls:index/privateKey:PrivateKey");
  const pem = ({ plaintext }: { plaintext: string }) => JSON.parse(plaintext) as string;
  return Object.fromEntries(
    keys.map(({ urn, outputs }) => [nameOf(urn), pem(outputs!.privateKeyPem as { plaintext: string })]),
  );
}

describe.each(["worker", "controlPlane"] as const)("the clock of the %s is behind at boot", (role) => {
  const node = () => victims()[role];
  const on = (command: string) => shell(node().instanceId, command);
  const saved = `${PKI}.saved`;

  beforeAll(() => on(`rm -rf ${saved} && cp -a ${PKI} ${saved}`));
  afterAll(() => on(`cp -a ${saved}/. ${PKI}/ && rm -rf ${saved}`));

  test("by as much as its certificates are new: it is back once it is right", async () => {
    const keys = await authorityKeys();
    const authorityOf = async (file: string) => {
      const issuer = await on(`openssl x509 -noout -issuer -nameopt multiline -in ${PKI}/${file}`);
      const name = /commonName\s*=\s*(\S+)/.exec(issuer)![1]!;
      if (!keys[name]) throw new Error(`${file}: the stack has no key of ${name}`);
      return keys[name];
    };
    const files = (
      await on(`cd ${PKI} && for key in *.key; do [ ! -e "\${key%.key}.crt" ] || echo "\${key%.key}.crt"; done`)
    )
      .trim()
      .split("\n")
      .filter((file) => file !== "ca.crt");
    expect(files.length).toBeGreaterThanOrEqual(2);
    let begins = new Date();
    const untilRight = () => new Promise((resolve) => setTimeout(resolve, Math.max(0, begins.getTime() - Date.now())));
    await suffer({
      node: node(),
      name: "clock behind at boot",
      begin: async () => {
        begins = new Date(Date.now() + BEHIND);
        for (const file of files) {
          const old = await on(`cat ${PKI}/${file}`);
          const late = await beginningAt(old, await authorityOf(file), begins);
          // Into the file that is there: it stays its owner's.
          await inGuest(node().instanceId, ["sh", "-c", `cat >${PKI}/${file}`], { input: late });
        }
        await losePower(node().instanceId);
      },
      lasts: async () => {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        // It is a fault: nobody accepts the node, or it accepts nobody.
        const said = await on(`openssl verify -CAfile ${PKI}/ca.crt ${PKI}/${files.at(-1)!} 2>&1 || true`);
        expect(said).toContain("not yet valid");
        expect(Date.now()).toBeLessThan(begins.getTime());
      },
      end: untilRight,
      // It finds the stack's own certificates older than these, and refuses them, as it should.
      back: (since) => isBack(node(), since, ["hostroute-renew-certificates.service"]),
    });
  });
});
