import { apiUrl } from "../../../components/kubernetes/api";
import { renderFlags, rowsFor } from "../../../components/kubernetes/flags/render";
import { ComponentName, DOCUMENT, FlagValues } from "../../../components/kubernetes/flags/types";
import { documentedValues } from "../../fixtures";

/** The document's flags with its own values, as it writes them: kept apart from the table on purpose. */
const DOCUMENTED: Partial<Record<ComponentName, string[]>> = {
  "kube-apiserver": [
    "--advertise-address=10.106.1.250",
    "--bind-address=0.0.0.0",
    "--insecure-bind-address=0.0.0.0",
    "--service-cluster-ip-range=10.32.0.0/24",
    "--service-node-port-range=3000-32767",
  ],
  "kube-controller-manager": [
    "--allocate-node-cidrs=true",
    "--cluster-cidr=10.200.0.0/16",
    "--master=http://10.106.1.250:8080",
    "--service-cluster-ip-range=10.32.0.0/24",
  ],
  "kube-proxy": ["--master=https://10.106.1.250:6443", "--proxy-mode=iptables"],
  kubelet: [
    "--configure-cbr0=true",
    "--reconcile-cidr=true",
    "--cluster-dns=10.32.0.10",
    "--cluster-domain=cluster.local",
  ],
};
const components = Object.keys(DOCUMENTED) as ComponentName[];
const era = (minor: number, allowInsecure: boolean) => ({ release: { minor, patch: 0 }, allowInsecure });
const onControlPlane: FlagValues = { ...documentedValues, nodeName: "dev-control-plane-0", hostIp: "10.106.1.250" };
const valuesFor = (component: ComponentName) => (component === "kubelet" ? documentedValues : onControlPlane);

/** What of a release's flags comes from the document. */
const fromDocument = (component: ComponentName, minor: number, allowInsecure: boolean) =>
  rowsFor(component, era(minor, allowInsecure))
    .filter(({ source }) => source === DOCUMENT)
    .map(({ flag, value }) => `--${flag}=${value(valuesFor(component))}`);

/** The documented flags that a release no longer has, or no longer with that meaning. */
const GONE: [until: number, component: ComponentName, flag: string][] = [
  [5, "kubelet", "--configure-cbr0=true"],
  [6, "kubelet", "--reconcile-cidr=true"],
  [20, "kube-controller-manager", "--master=http://10.106.1.250:8080"],
  [24, "kube-apiserver", "--insecure-bind-address=0.0.0.0"],
];
const goneBy = (minor: number) => GONE.filter(([until]) => minor >= until).map(([, , flag]) => flag);

it.each(components)("starts %s of 1.4 with exactly the document's flags, and with what they need", (component) => {
  expect(fromDocument(component, 4, true)).toEqual(DOCUMENTED[component]);
  expect(renderFlags(component, valuesFor(component), era(4, true))).toEqual(
    expect.arrayContaining(DOCUMENTED[component] ?? []),
  );
});

const minors = Array.from({ length: 37 }, (_, i) => i + 4);

it.each(minors)("starts 1.%i with every documented flag that it still has, word for word, and no other", (minor) => {
  for (const component of components) {
    const expected = DOCUMENTED[component]?.filter((flag) => !goneBy(minor).includes(flag));
    expect(fromDocument(component, minor, true)).toEqual(expected);
  }
});

it.each(minors)("renders nothing insecure in 1.%i unless asked to", (minor) => {
  const flags = components.flatMap((component) => renderFlags(component, valuesFor(component), era(minor, false)));
  expect(flags.filter((flag) => flag.includes("insecure") || flag.includes("http://"))).toEqual([]);
});

it("puts a kubeconfig in the place of plain HTTP where that is gone or not wanted", () => {
  const flags = (minor: number, allowInsecure: boolean) =>
    (["kube-controller-manager", "kube-scheduler"] as const).map((component) =>
      renderFlags(component, onControlPlane, era(minor, allowInsecure)).filter((f) =>
        /^--(master|kubeconfig)=/.test(f),
      ),
    );
  const plain = [["--master=http://10.106.1.250:8080"], ["--master=http://10.106.1.250:8080"]];
  const kubeconfig = [
    ["--kubeconfig=/etc/kubernetes/controller-manager.kubeconfig"],
    ["--kubeconfig=/etc/kubernetes/scheduler.kubeconfig"],
  ];
  expect(flags(19, true)).toEqual(plain);
  expect(flags(19, false)).toEqual(kubeconfig);
  expect(flags(20, true)).toEqual(kubeconfig);
  expect(flags(34, true)).toEqual(kubeconfig);
});

it("addresses a balancer without port, and a server with 6443", () => {
  const balanced = { ...documentedValues, apiUrl: apiUrl("api.example.org", true) };
  for (const minor of [4, 34]) {
    expect(renderFlags("kube-proxy", documentedValues, era(minor, false))[0]).toBe(
      "--master=https://10.106.1.250:6443",
    );
    expect(renderFlags("kube-proxy", balanced, era(minor, false))[0]).toBe("--master=https://api.example.org");
  }
});
