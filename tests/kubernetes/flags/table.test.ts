import { insecureFlags, renderFlags, rowsFor } from "../../../components/kubernetes/flags/render";
import { flagTable } from "../../../components/kubernetes/flags/table";
import { ComponentName, COMPONENTS, DOCUMENT } from "../../../components/kubernetes/flags/types";
import { documentedValues } from "../../fixtures";

const minors = Array.from({ length: 37 }, (_, i) => i + 4);
const era = (minor: number, allowInsecure = false) => ({ release: { minor, patch: 0 }, allowInsecure });
const names = (component: ComponentName, minor: number) => rowsFor(component, era(minor)).map(({ flag }) => flag);

it.each(minors)("gives no program of 1.%i a flag twice", (minor) => {
  for (const allowInsecure of [false, true]) {
    for (const component of COMPONENTS) {
      const flags = rowsFor(component, era(minor, allowInsecure)).map(({ flag }) => flag);
      expect(flags).toEqual([...new Set(flags)]);
    }
  }
});

/**
 * What other releases than the document's have no flag for, each with its source in Kubernetes' own history:
 * first release without it, or with it.
 */
const GONE: [component: ComponentName, flag: string, minor: number, source: string][] = [
  ["kubelet", "configure-cbr0", 5, "#34906"],
  ["kubelet", "reconcile-cidr", 6, "#43765"],
  ["kubelet", "api-servers", 8, "#40050"],
  ["kube-apiserver", "insecure-bind-address", 24, "#106859"],
];

it.each(GONE)("%s --%s is not in 1.%i (%s), and is in the one before", (component, flag, minor) => {
  const rendered = (m: number) => rowsFor(component, era(m, true)).some((row) => row.flag === flag);
  expect(rendered(minor - 1)).toBe(true);
  for (const later of minors.filter((m) => m >= minor)) expect(rendered(later)).toBe(false);
});

it("switches kubelet to containerd and its configuration file where dockershim ends", () => {
  expect(names("kubelet", 23)).not.toContain("config");
  expect(names("kubelet", 23)).not.toContain("container-runtime-endpoint");
  expect(names("kubelet", 24)).toEqual(expect.arrayContaining(["config", "container-runtime-endpoint"]));
  // In the configuration file from 1.27 on (KubeletConfiguration.containerRuntimeEndpoint).
  expect(names("kubelet", 26)).toContain("container-runtime-endpoint");
  expect(names("kubelet", 27)).not.toContain("container-runtime-endpoint");
});

it("allows anonymous requests to nothing, and from 1.32 on to the probes by name", () => {
  const anonymous = (minor: number) =>
    names("kube-apiserver", minor).filter((f) => /^(anonymous|authentication)/.test(f));
  expect(anonymous(31)).toEqual(["anonymous-auth"]);
  expect(anonymous(32)).toEqual(["authentication-config"]);
});

it("lets an API server talk to its own node's etcd alone, of however many there are", () => {
  const controlPlane = [0, 1, 2].map((n) => ({ name: `cp-${n}`, address: `10.106.1.25${n}` }));
  const flags = (n: number) =>
    renderFlags("kube-apiserver", { ...documentedValues, hostIp: controlPlane[n]!.address, controlPlane }, era(34));
  expect([0, 2].map((n) => flags(n).filter((flag) => flag.startsWith("--etcd-servers")))).toEqual([
    ["--etcd-servers=https://10.106.1.250:2379"],
    ["--etcd-servers=https://10.106.1.252:2379"],
  ]);
});

it("says for every documented flag that ends what takes its place", () => {
  const ended = flagTable.filter(({ source, until }) => source === DOCUMENT && until !== undefined);
  expect(ended.map(({ component, flag, afterwards }) => [component, flag, afterwards])).toEqual([
    ["kube-apiserver", "insecure-bind-address", "TLS on 6443 only, client certificates, RBAC; never plain HTTP"],
    ["kube-controller-manager", "master", "kubeconfig with a client certificate, https://${hostip}:6443"],
    ["kubelet", "configure-cbr0", expect.stringContaining("CNI conf_template with {{.PodCIDR}}")],
    ["kubelet", "reconcile-cidr", expect.stringContaining("CNI conf_template with {{.PodCIDR}}")],
  ]);
});

it("names each insecure flag that would be rendered, and none that would not", () => {
  const all = ["kube-apiserver --insecure-bind-address", "kube-controller-manager --master", "kube-scheduler --master"];
  expect(insecureFlags(era(4, true))).toEqual(all);
  expect(insecureFlags(era(19, true))).toEqual(all);
  // Accepted until 1.23, though without effect.
  expect(insecureFlags(era(20, true))).toEqual(["kube-apiserver --insecure-bind-address"]);
  expect(insecureFlags(era(24, true))).toEqual([]);
  expect(insecureFlags(era(34, true))).toEqual([]);
  expect(insecureFlags(era(4, false))).toEqual([]);
  for (const minor of minors) {
    const rendered = COMPONENTS.flatMap((component) =>
      rowsFor(component, era(minor, true)).flatMap((row) => (row.insecure ? [`${component} --${row.flag}`] : [])),
    );
    expect(insecureFlags(era(minor, true))).toEqual(rendered);
  }
});

it.each([4, 23, 24, 34, 35, 36])("renders the flags of 1.%i", (minor) => {
  const values = {
    ...documentedValues,
    controlPlane: [0, 1, 2].map((n) => ({ name: `cp-${n}`, address: `10.106.1.25${n}` })),
  };
  const text = COMPONENTS.map((component) =>
    [component, ...renderFlags(component, values, era(minor, true))].join("\n  "),
  );
  expect(text.join("\n")).toMatchSnapshot();
});
