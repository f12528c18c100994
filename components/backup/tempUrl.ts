import { createHmac } from "node:crypto";

/** What a temporary URL lets its bearer do, and by whose key. */
export interface TempUrl {
  /** The account's URL, as the catalogue of services has it: `https://host/v1/AUTH_project`. */
  storageUrl: string;
  container: string;
  /** What objects' names begin with; ends with `/`, since `prod` would be good for `prod-2/`, too. */
  prefix: string;
  /** A node that may neither list nor delete needs no more. */
  method: "GET" | "PUT";
  /** `Temp-URL-Key` of the account, or of the container; Ceph's gateway knows only the account's. A secret, as the URL is. */
  key: string;
  /** Unix time, in seconds. */
  expires: number;
}

/**
 * A URL of Swift's that is good for every object with a prefix, until it expires, without credentials. An object's name belongs at the
 * end of its path.
 *
 * Swift signs `/v1/…`, and Ceph's gateway, where a prefix is named, the path as it is asked for, `/swift/v1/…` (RGW's PrefixableSignatureHelper;
 * osism/testbed#2910). Both are the path of the URL that the catalogue has.
 *
 * @throws RangeError for what would sign more than is meant
 * @see https://docs.openstack.org/swift/latest/api/temporary_url_middleware.html
 */
export function tempUrl({ storageUrl, container, prefix, method, key, expires }: TempUrl): string {
  if (!/^[^/]+\/$/.test(prefix)) throw new RangeError(`a prefix of one folder that ends with /, not ${prefix}`);
  if (!/^[^/]+$/.test(container)) throw new RangeError(`a container's name, not ${container}`);
  if (!Number.isSafeInteger(expires)) throw new RangeError(`whole seconds, not ${expires}`);
  const account = new URL(storageUrl);
  account.pathname = account.pathname.replace(/\/+$/, "");
  const path = `${decodeURIComponent(account.pathname)}/${container}/${prefix}`;
  const signature = createHmac("sha256", key).update(`${method}\n${expires}\nprefix:${path}`).digest("hex");
  const query = new URLSearchParams({
    temp_url_sig: signature,
    temp_url_expires: String(expires),
    temp_url_prefix: prefix,
  });
  const folder = [container, prefix.slice(0, -1)].map(encodeURIComponent).join("/");
  return `${account.href}/${folder}/?${query.toString()}`;
}
