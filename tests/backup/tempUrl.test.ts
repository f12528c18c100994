import { spawnSync } from "node:child_process";
import { TempUrl, tempUrl } from "../../components/backup/tempUrl";
import { PYTHON } from "../cloudinit/python";

const given: TempUrl = {
  storageUrl: "https://swift-cluster.example.com/v1/AUTH_account",
  container: "container",
  prefix: "pre/",
  method: "GET",
  key: "mykey",
  expires: 1323479485,
};

/** The code of Swift's documentation (swift/common/middleware/tempurl.py), with SHA-256, and bytes as Python 3 wants them. */
const DOCUMENTED = `import hmac, sys
from hashlib import sha256
method, expires, path, key = sys.argv[1:]
hmac_body = '%s\\n%s\\n%s' % (method, expires, path)
print(hmac.new(key.encode(), hmac_body.encode(), sha256).hexdigest(), end='')`;

function documented(method: string, path: string): string {
  const [python, ...flags] = PYTHON;
  const args = ["-c", DOCUMENTED, method, String(given.expires), path, given.key];
  return spawnSync(python, [...flags, ...args], { encoding: "utf8" }).stdout;
}

it("has the parts that Swift's documentation names", () => {
  expect(tempUrl(given)).toBe(
    "https://swift-cluster.example.com/v1/AUTH_account/container/pre/" +
      "?temp_url_sig=1910f40e3a320a2c78129f4d173fac4d0a23a51248372866cca59c90dc2c3f46" +
      "&temp_url_expires=1323479485&temp_url_prefix=pre%2F",
  );
});

it.each<[what: string, change: Partial<TempUrl>, path: string]>([
  ["to read", {}, "/v1/AUTH_account/container/pre/"],
  ["to write", { method: "PUT" }, "/v1/AUTH_account/container/pre/"],
  ["at Ceph's gateway", { storageUrl: "https://ceph.example:8080/swift/v1" }, "/swift/v1/container/pre/"],
  ["with a slash too many", { storageUrl: `${given.storageUrl}/` }, "/v1/AUTH_account/container/pre/"],
  ["of names that a URL cannot have as they are", { container: "x ü", prefix: "a&b/" }, "/v1/AUTH_account/x ü/a&b/"],
])("signs, %s, what the documentation's code signs", (_what, change, path) => {
  const url = new URL(tempUrl({ ...given, ...change }));
  const query = Object.fromEntries(url.searchParams);
  expect(query.temp_url_sig).toBe(documented(change.method ?? "GET", `prefix:${path}`));
  expect(query.temp_url_prefix).toBe(change.prefix ?? given.prefix);
  expect(decodeURIComponent(url.pathname)).toBe(path);
});

it("is another one for another method, key, prefix, container, account or time", () => {
  const others: Partial<TempUrl>[] = [
    { method: "PUT" },
    { key: "another" },
    { prefix: "pre-2/" },
    { container: "another" },
    { storageUrl: `${given.storageUrl}2` },
    { expires: given.expires + 1 },
  ];
  const signatures = [{}, ...others].map((change) =>
    new URL(tempUrl({ ...given, ...change })).searchParams.get("temp_url_sig"),
  );
  expect(new Set(signatures).size).toBe(signatures.length);
});

it.each<[string, Partial<TempUrl>, string]>([
  ["a whole container", { prefix: "" }, "a prefix of one folder that ends with /, not "],
  ["folders that begin alike", { prefix: "prod" }, "a prefix of one folder that ends with /, not prod"],
  ["a folder's folder", { prefix: "a/b/" }, "a prefix of one folder that ends with /, not a/b/"],
  ["no container", { container: "" }, "a container's name, not "],
  ["an object in place of a container", { container: "a/b" }, "a container's name, not a/b"],
  ["parts of a second", { expires: 1.5 }, "whole seconds, not 1.5"],
])("signs nothing for %s", (_what, change, why) => {
  expect(() => tempUrl({ ...given, ...change })).toThrow(new RangeError(why));
});
