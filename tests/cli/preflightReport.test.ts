import { configTexts, isSecret, parseArguments, quotaTable, withSecrets } from "../../cli/preflightReport";
import { needsOf } from "../../components/preflight/needs";
import { rawConfig, specFrom } from "../../config";
import { specOf } from "../fixtures";
import { cloud } from "../preflight/cloud";

const never = () => {
  throw new Error("Pulumi need not be asked");
};

it("takes one stack's name, and nothing else", () => {
  expect(parseArguments(["dev"])).toBe("dev");
  for (const args of [[], ["--help"], ["dev", "prod"]])
    expect(() => parseArguments(args)).toThrow("usage: npm run preflight");
});

it("reads a stack's file as Pulumi hands it to the program", () => {
  const texts = configTexts({
    "hostroute:kubernetesVersion": "1.36",
    "hostroute:nodeMask": 25,
    "hostroute:preflight": false,
    "hostroute:workerPools": [{ name: "worker", count: 2 }],
    "openstack:cloud": "mine",
  });
  const plain = withSecrets(texts, never);
  expect(plain["openstack:cloud"]).toBe("mine");
  const spec = specFrom(rawConfig(plain, "hostroute", "prod"));
  expect(spec).toMatchObject({ clusterName: "prod", nodeMask: 25, preflight: false });
  expect(spec.plan.workers.map(({ name }) => name)).toEqual(["prod-worker-0", "prod-worker-1"]);
});

it("asks Pulumi for what is encrypted, and leaves out what that does not know", () => {
  const texts = configTexts({
    "openstack:userName": "me",
    "openstack:password": { secure: "v1:…" },
    "openstack:token": { secure: "v1:…" },
  });
  const answer = JSON.stringify({ "openstack:password": { value: "secret", secret: true } });
  expect(withSecrets(texts, () => answer)).toEqual({ "openstack:userName": "me", "openstack:password": "secret" });
  for (const [key, secret] of Object.entries({ "openstack:userName": false, "openstack:token": true, other: false }))
    expect(isSecret(texts, key)).toBe(secret);
});

it("takes a key for a secret of which a part is encrypted", () => {
  const texts = configTexts({
    "hostroute:workerPools": [{ name: "a", extraFiles: [{ content: { secure: "v1:…" } }] }],
  });
  expect(isSecret(texts, "hostroute:workerPools")).toBe(true);
  const value = '[{"name":"a","extraFiles":[{"content":"secret"}]}]';
  const answer = JSON.stringify({ "hostroute:workerPools": { value, secret: true } });
  expect(withSecrets(texts, () => answer)).toEqual({ "hostroute:workerPools": value });
});

it("shows what is still to be made beside what the project has and may have", () => {
  const facts = cloud();
  facts.quotas.cores = { limit: -1, used: 4 };
  const table = quotaTable(needsOf(specOf({ network: { externalNetwork: "public" } })), facts);
  expect(table).toContain(`of                    still to be made  used  quota
--------------------  ----------------  ----  --------
key pairs             0                 1     100
server groups         1                 0     10
servers               4                 2     10
vCPUs                 8                 4     no limit
`);
  delete facts.made.servers;
  expect(quotaTable(needsOf(specOf()), facts)).not.toContain("vCPUs");
});
