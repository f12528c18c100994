import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { PlannedControlPlane, PlannedWorker } from "../../components/addressing/routePlan";
import { Pki, PkiArgs } from "../../components/pki";
import { FIRST_OF_ALL } from "../../components/settings/generations";
import { specOf } from "../fixtures";
import { allRegistered, promiseOf, Recorder, startMocks } from "../mocks";

const args: PkiArgs = {
  serviceCidr: "10.32.0.0/24",
  clusterDomain: "cluster.local",
  apiAddresses: ["203.0.113.10"],
  apiNames: ["api.example.org"],
  validity: { validityHours: 8760, adminValidityHours: 1800, caValidityHours: 87600, earlyRenewalHours: 720 },
  given: pulumi.output(undefined),
  keys: FIRST_OF_ALL,
};
const { plan } = specOf({ workerPools: [{ name: "worker", count: 1 }] });
const [node] = plan.controlPlane as [PlannedControlPlane];
const [worker] = plan.workers as [PlannedWorker];

let mocks: Recorder;
beforeEach(async () => {
  mocks = await startMocks();
});
const of = (kind: string) => mocks.resources.filter(({ type }) => type.endsWith(`:${kind}`));

/** Who each request is for: common name / organization, then names and addresses. */
const subjects = () =>
  Object.fromEntries(
    of("CertRequest").map(({ name, inputs }) => {
      const { commonName, organization } = inputs.subject as { commonName: string; organization?: string };
      const sans = [...(inputs.dnsNames as string[]), ...(inputs.ipAddresses as string[])];
      return [name, [organization ? `${commonName}/${organization}` : commonName, ...sans].join(" ")];
    }),
  );

/** Of the key that the mocks give: the first 16 digits of the SHA-256 of its public half. */
const ADMIN = `kubernetes-admin:${createHash("sha256").update("public key of dev-admin").digest("hex").slice(0, 16)}`;
const OF_CLUSTER = { "dev-admin": ADMIN, "dev-provisioner": "hostroute:provisioner/system:masters" };

it("gives a cluster three authorities, an administrator without group, and the program's own certificate", async () => {
  const pki = new Pki("dev", args);
  await allRegistered();
  expect(of("SelfSignedCert").map(({ name, inputs }) => ({ name, inputs }))).toEqual(
    ["dev-ca", "dev-etcd-ca", "dev-front-proxy-ca"].map((name) => ({
      name,
      inputs: {
        privateKeyPem: { secret: `private key of ${name}` },
        isCaCertificate: true,
        subject: { commonName: name },
        validityPeriodHours: 87600,
        allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
      },
    })),
  );
  expect(subjects()).toEqual(OF_CLUSTER);
  expect(await promiseOf(pki.admin.cert)).toBe("certificate of dev-admin");
  expect(await promiseOf(pki.admin.commonName)).toBe(ADMIN);
  expect(await promiseOf(pki.provisioner.cert)).toBe("certificate of dev-provisioner");
});

it("gives the administrator of a new key a new name, so that what is bound to the old one ends", async () => {
  mocks.suffix = (type, name) => (type.endsWith(":PrivateKey") && name === "dev-admin" ? " 2" : "");
  const { admin } = new Pki("dev", args);
  await allRegistered();
  const name = await promiseOf(admin.commonName);
  expect(name).toMatch(/^kubernetes-admin:[0-9a-f]{16}$/);
  expect(name).not.toBe(ADMIN);
  expect(subjects()).toMatchObject({ "dev-admin": name });
});

it.each([
  ["a third before its end, where that is later than for all others", 1800, 600],
  ["as early as all others", 4000, 720],
])("renews the administrator's certificate %s", async (_name, adminValidityHours, earlyRenewalHours) => {
  new Pki("dev", { ...args, validity: { ...args.validity, adminValidityHours } });
  await allRegistered();
  const hours = of("LocallySignedCert").map(({ name, inputs }) => [
    name,
    inputs.validityPeriodHours,
    inputs.earlyRenewalHours,
  ]);
  expect(hours).toEqual([
    ["dev-admin", adminValidityHours, earlyRenewalHours],
    ["dev-provisioner", 8760, 720],
  ]);
});

it.each(["d", "admin", "dev"])("names everything after the cluster, even when that is %s", async (name) => {
  new Pki(name, args);
  await allRegistered();
  const names = mocks.resources.map((each) => each.name);
  expect(names.filter((each) => !each.startsWith(`${name}-`))).toEqual([]);
});

it("gives a control-plane node its own key pairs, for exactly what it is and where it is reached", async () => {
  const pki = new Pki("dev", args);
  const own = await promiseOf(pki.controlPlane(node));
  await allRegistered();
  expect(subjects()).toEqual({
    ...OF_CLUSTER,
    "dev-control-plane-0-etcd": "dev-control-plane-0 dev-control-plane-0 localhost 127.0.0.1 10.106.1.250",
    "dev-control-plane-0-apiserver":
      "kube-apiserver kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local " +
      "dev-control-plane-0 localhost api.example.org 127.0.0.1 10.106.1.250 10.32.0.1 203.0.113.10",
    "dev-control-plane-0-apiserver-etcd-client": "kube-apiserver-etcd-client",
    "dev-control-plane-0-apiserver-kubelet-client": "kube-apiserver-kubelet-client",
    "dev-control-plane-0-front-proxy-client": "front-proxy-client",
    "dev-control-plane-0-controller-manager": "system:kube-controller-manager",
    "dev-control-plane-0-scheduler": "system:kube-scheduler",
  });
  expect(own.etcdCa).toBe("certificate of dev-etcd-ca");
  expect(own.frontProxyCa).toBe("certificate of dev-front-proxy-ca");
  expect(own.ca).toBe("certificate of dev-ca");
  expect(JSON.stringify(own)).not.toMatch(/private key of dev-[a-z-]*ca"/);
  expect(own.own.scheduler).toEqual({
    cert: "certificate of dev-control-plane-0-scheduler",
    key: "private key of dev-control-plane-0-scheduler",
  });
  expect(own.serviceAccount).toEqual({
    publicKeys: "public key of dev-service-account",
    privateKey: "private key of dev-service-account",
  });
  expect(Buffer.from(own.encryptionKeys[0]!.secret, "base64")).toHaveLength(32);
});

it("signs each with the right authority, for the right use", async () => {
  const pki = new Pki("dev", args);
  pki.controlPlane(node);
  await pki.worker(worker);
  await allRegistered();
  const signed = of("LocallySignedCert").map(({ name, inputs }) => {
    const ca = String(inputs.caCertPem).replace("certificate of ", "");
    expect(inputs).toMatchObject({
      certRequestPem: `request of ${name}`,
      caPrivateKeyPem: { secret: `private key of ${ca}` },
      validityPeriodHours: name === "dev-admin" ? 1800 : 8760,
      earlyRenewalHours: name === "dev-admin" ? 600 : 720,
    });
    return `${name}: ${ca} ${(inputs.allowedUses as string[]).slice(2).join()}`;
  });
  expect(signed.sort()).toEqual(
    [
      "dev-admin: dev-ca client_auth",
      "dev-control-plane-0-apiserver-etcd-client: dev-etcd-ca client_auth",
      "dev-control-plane-0-apiserver-kubelet-client: dev-ca client_auth",
      "dev-control-plane-0-apiserver: dev-ca server_auth",
      "dev-control-plane-0-controller-manager: dev-ca client_auth",
      "dev-control-plane-0-etcd: dev-etcd-ca client_auth,server_auth",
      "dev-control-plane-0-front-proxy-client: dev-front-proxy-ca client_auth",
      "dev-control-plane-0-scheduler: dev-ca client_auth",
      "dev-provisioner: dev-ca client_auth",
      "dev-worker-0-kube-proxy: dev-ca client_auth",
      "dev-worker-0-kubelet: dev-ca client_auth,server_auth",
    ].sort(),
  );
});

it("gives a worker the node's identity and kube-proxy's, and the CA's certificate without its key", async () => {
  const pki = new Pki("dev", args);
  expect(await promiseOf(await pki.worker(worker))).toEqual({
    ca: "certificate of dev-ca",
    first: { ca: "certificate of dev-ca" },
    own: {
      kubelet: { cert: "certificate of dev-worker-0-kubelet", key: "private key of dev-worker-0-kubelet" },
      "kube-proxy": { cert: "certificate of dev-worker-0-kube-proxy", key: "private key of dev-worker-0-kube-proxy" },
    },
  });
  await allRegistered();
  expect(subjects()).toMatchObject({
    "dev-worker-0-kubelet": "system:node:dev-worker-0/system:nodes dev-worker-0 10.106.1.2",
    "dev-worker-0-kube-proxy": "system:kube-proxy",
  });
});

it("draws the same encryption key from one run to the next", async () => {
  const keyOf = async () => {
    await startMocks();
    const { encryptionKeys } = await promiseOf(new Pki("dev", args).controlPlane(node));
    return encryptionKeys;
  };
  expect(await keyOf()).toEqual(await keyOf());
});
