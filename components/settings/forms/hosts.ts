import { isAddress } from "../../addressing/ipv4";
import { allOf, Form, rule } from "./form";

const LABEL_MAX = 63;
const NAME_MAX = 253;
/** RFC 1123 labels: node names become host names and Kubernetes object names. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const isDnsLabel = (value: string) => value.length <= LABEL_MAX && DNS_LABEL.test(value);
export const isDnsName = (value: string) => value.length <= NAME_MAX && value.split(".").every(isDnsLabel);
/** Who sees numbers only at the end reads the whole as an address (RFC 3696, 2; WHATWG URL, "ends in a number"). */
const endsInNumber = (value: string) => /(^|\.)\d+$/.test(value);
const isLocalhost = (value: string) => /(^|\.)localhost$/.test(value);

export const dnsLabel: Form = rule(
  isDnsLabel,
  "is not a DNS label",
  `Use lower-case letters, digits and inner hyphens, ${LABEL_MAX} at most (RFC 1123).`,
);

/** The name of the longest Service, `<63>.<63>.svc.<domain>`, has to fit into a DNS name. */
const DOMAIN_MAX = NAME_MAX - (LABEL_MAX + 1 + LABEL_MAX + 1 + "svc.".length);

/**
 * The cluster's domain. CoreDNS answers for all of it, and asks nobody else about names in it: were it `com`, pods would find nothing
 * else there. The reverse zones are CoreDNS's own already, and names below `localhost` are never asked for (RFC 6761, 6.3).
 */
export const clusterDomain: Form = allOf(
  rule(isDnsName, "is not a DNS name", "Use DNS labels joined by dots, for example cluster.local."),
  rule(
    (value) => value.includes("."),
    "is a top-level domain, of which pods would find no other name",
    "Use two labels or more, for example cluster.local.",
  ),
  rule(
    (value) => !/(^|\.)(arpa|localhost)$/.test(value) && !endsInNumber(value),
    "lies in a part of the DNS that is not for names of hosts",
    "Use a domain that nobody else has, for example cluster.local.",
  ),
  rule(
    (value) => value.length <= DOMAIN_MAX,
    `is so long that names of Services would not fit into the ${NAME_MAX} characters of a DNS name`,
    `Use ${DOMAIN_MAX} characters at most.`,
  ),
);

/** An address, or a DNS name that cannot be taken for one. */
export const isHost = (value: string) => isAddress(value) || (isDnsName(value) && !endsInNumber(value));

/** Where a balancer is: it goes into URLs and into the API's certificate as it stands. */
export const host: Form = allOf(
  rule(
    isHost,
    "is neither an IPv4 address nor a DNS name",
    "Write it alone, in lower case: no scheme, port, path or dot at the end. For example 10.106.1.240 or api.example.com.",
  ),
  rule(
    (value) => !isLocalhost(value),
    "means every node itself",
    "Write the name or the address under which nodes reach it.",
  ),
);

/** A URL's host and path, as far as nodes and mirrors agree on them; undefined for anything else. */
export function urlParts(value: string): { host: string; port?: number; path: string } | undefined {
  const match = /^https?:\/\/([^\s/?#@:]+)(?::(\d{1,5}))?((?:\/[\w.~!$&'()*+,;=:@%-]*)*)$/.exec(value);
  if (!match?.[1]) return undefined;
  return { host: match[1], ...(match[2] === undefined ? {} : { port: Number(match[2]) }), path: match[3] ?? "" };
}

/** The mirror's address: every node's user-data holds it, and so does the state. */
export const url: Form = allOf(
  rule(
    (value) => /^https?:\/\/[^\s/]+(\/\S*)?$/.test(value),
    "is not a URL",
    "Write http(s)://host/path of the mirror.",
  ),
  rule(
    (value) => !value.split("/")[2]!.includes("@"),
    "contains a user name or a password, which every node and every pod on it could read",
    "Let the mirror admit the nodes by their address.",
  ),
  rule(
    (value) => !/[?#]/.test(value),
    "has a query or a fragment, after which no path can be added",
    "Write http(s)://host/path of the mirror alone.",
  ),
  rule((value) => isHost(urlHost(value)), "has no valid host", "Use a DNS name in lower case, or an IPv4 address."),
  rule(
    (value) => urlParts(value) !== undefined && !/%(?![0-9a-fA-F]{2})/.test(value),
    "has a port or a path that is none",
    "Write http(s)://host:port/path, a port as a number, and other characters than letters and digits in a path by %.",
  ),
  rule(
    (value) => ((port) => port === undefined || (port >= 1 && port <= 65_535))(urlParts(value)!.port),
    "has a port that is not within 1-65535",
    "Write the port on which the mirror listens, or none.",
  ),
  rule(
    (value) => !/\/\.{1,2}(\/|$)/.test(urlParts(value)!.path),
    "has a path with . or .. in it",
    "Write the path as the mirror has it.",
  ),
);

const urlHost = (value: string) => value.split("/")[2]!.replace(/:[^:]*$/, "");

/** A file's upstream URL without its scheme, as `artifacts.sha256` has it. */
export const upstreamFile: Form = rule(
  (value) => isHost(value.split("/")[0]!) && /^[^/]+(\/[\w.~+@%-]*[\w~+@%-])+$/.test(value),
  "is not an upstream URL without its scheme",
  "Write host/path, for example dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet.",
);
