import { parseKubernetesVersion, versionTag } from "../../components/kubernetes/version";

it.each([
  ["1.34.1", "v1.34.1"],
  ["v1.4.12", "v1.4.12"],
  ["1.34", "v1.34.10"],
  ["1.36", "v1.36.3"],
  ["1.33", "v1.33.0"],
])("reads %s as %s", (text, tag) => expect(versionTag(parseKubernetesVersion(text))).toBe(tag));

it.each(["", "1", "2.1.0", "1.34.1-rc.0", "latest"])("does not read %j", (text) => {
  expect(() => parseKubernetesVersion(text)).toThrow(`${text} is not a Kubernetes release`);
});
