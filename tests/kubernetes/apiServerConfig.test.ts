import * as yaml from "yaml";
import {
  admissionConfig,
  auditPolicy,
  authenticationConfig,
  PodSecurityLevel,
} from "../../components/kubernetes/apiServerConfig";
import { POD_SECURITY_FROM } from "../../components/kubernetes/version";

interface Rule {
  level: string;
  verbs?: string[];
  userGroups?: string[];
  nonResourceURLs?: string[];
  resources?: { group: string; resources: string[] }[];
}
interface Request {
  groups: string[];
  verb: string;
  resource: string;
}

/** The level that the API server gives a request: that of the first rule whose every member matches (staging/…/audit/policy/checker.go). */
function levelOf({ groups, verb, resource }: Request): string | undefined {
  const { rules } = yaml.parse(auditPolicy()) as { rules: Rule[] };
  const [name = "", group = ""] = resource.split(/\.(.*)/s);
  return rules.find(
    (rule) =>
      !rule.nonResourceURLs &&
      (rule.userGroups?.some((each) => groups.includes(each)) ?? true) &&
      (rule.verbs?.includes(verb) ?? true) &&
      (rule.resources?.some((each) => each.group === group && each.resources.includes(name)) ?? true),
  )?.level;
}

const NODES = ["system:nodes", "system:authenticated"];

it.each([
  ["a node's reads of Secrets", NODES, ["get", "list", "watch"], "secrets", "Metadata"],
  ["a node's requests for pods' tokens", NODES, ["create"], "serviceaccounts/token", "Metadata"],
  ["a node's writes", NODES, ["create", "update", "patch", "delete"], "pods", "Metadata"],
  ["anybody else's reads", ["system:authenticated"], ["get", "list", "watch"], "secrets", "Metadata"],
])("notes %s, without their content", (_name, groups, verbs, resource, level) => {
  for (const verb of verbs) expect([verb, levelOf({ groups, verb, resource })]).toEqual([verb, level]);
});

it("passes over what nodes ask all day", () => {
  for (const resource of ["pods", "configmaps", "nodes", "services"])
    expect([resource, levelOf({ groups: NODES, verb: "watch", resource })]).toEqual([resource, "None"]);
  expect(levelOf({ groups: NODES, verb: "update", resource: "leases.coordination.k8s.io" })).toBe("None");
});

it.each<[PodSecurityLevel, string]>([
  ["privileged", "baseline"],
  ["baseline", "restricted"],
  ["restricted", "restricted"],
])("refuses what %s forbids, and warns of what %s would", (level, next) => {
  expect(yaml.parse(admissionConfig({ minor: 34, patch: 1 }, level) ?? "")).toEqual({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AdmissionConfiguration",
    plugins: [
      {
        name: "PodSecurity",
        configuration: {
          apiVersion: "pod-security.admission.config.k8s.io/v1",
          kind: "PodSecurityConfiguration",
          defaults: { enforce: level, audit: next, warn: next },
          exemptions: { namespaces: ["kube-system"] },
        },
      },
    ],
  });
});

it("is in the version that the release reads, and nowhere where there is no such plugin", () => {
  const versions = [POD_SECURITY_FROM - 1, POD_SECURITY_FROM, 24, 25, 40].map(
    (minor) =>
      /pod-security\.admission\.config\.k8s\.io\/(\w+)/.exec(
        admissionConfig({ minor, patch: 0 }, "baseline") ?? "",
      )?.[1],
  );
  expect(versions).toEqual([undefined, "v1beta1", "v1beta1", "v1", "v1"]);
});

it.each([
  [32, "v1beta1"],
  [33, "v1beta1"],
  [34, "v1"],
  [36, "v1"],
])("tells the API server of 1.%i by %s whom to let in without a name", (minor, version) => {
  expect(yaml.parse(authenticationConfig({ minor, patch: 0 }))).toEqual({
    apiVersion: `apiserver.config.k8s.io/${version}`,
    kind: "AuthenticationConfiguration",
    anonymous: { enabled: true, conditions: [{ path: "/healthz" }, { path: "/livez" }, { path: "/readyz" }] },
  });
});
