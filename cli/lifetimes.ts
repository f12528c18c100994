import { X509Certificate } from "node:crypto";

/** A certificate by what an operator calls it, PEM. */
export type Named = [name: string, pem: string];

/** From then on an operator is warned, in days: the default of `certificates.earlyRenewalHours`, in which any `up` renews it. */
const SOON = 30;
/** An authority takes more than an `up`. */
const AUTHORITY_SOON = 365;
const DAY = 86_400_000;

/**
 * How long certificates live, as lines: the first of the nodes' own to end, and each of the others.
 * @param nodes those that nodes have, as their ConfigMaps say
 * @param now milliseconds since 1970
 */
export function lifetimes(
  { nodes, clients, authorities }: Record<"nodes" | "clients" | "authorities", readonly Named[]>,
  now: number,
): string[] {
  const ending = (certificates: readonly Named[]) =>
    certificates
      .map(([name, pem]) => ({ name, days: Math.floor((Date.parse(new X509Certificate(pem).validTo) - now) / DAY) }))
      .sort((one, other) => one.days - other.days);
  const [first] = ending(nodes);
  const all = nodes.length === 1 ? "certificate of a node" : `certificates of nodes, the first`;
  return [
    ...(first ? [line(`${nodes.length} ${all}: ${first.name}`, first.days, SOON, "Run pulumi up: it renews it")] : []),
    ...ending(clients).map(({ name, days }) => line(name, days, SOON, "Run pulumi up: it renews it")),
    ...ending(authorities).map(({ name, days }) =>
      line(
        `authority ${name}`,
        days,
        AUTHORITY_SOON,
        "No update renews it: rotate it before that (hostroute:keys.authorities)",
      ),
    ),
  ];
}

function line(what: string, days: number, soon: number, wayOut: string): string {
  if (days < 0) return `Warning: ${what}, has ended. ${wayOut}`;
  const said = `${what}, ends in ${days} ${days === 1 ? "day" : "days"}`;
  return days < soon ? `Warning: ${said}. ${wayOut}` : said;
}

interface ConfigMaps {
  items: { metadata: { name: string }; data?: Record<string, string> }[];
}

/** The certificates of an authority's generations that are trusted, as one text has them. */
export const generationsIn = ([name, pem]: Named): Named[] => {
  const all = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return all.length < 2 ? [[name, pem]] : all.map((each) => [`${name} (${commonName(each)})`, each]);
};
const commonName = (pem: string) => /CN=(.*)/.exec(new X509Certificate(pem).subject)?.[1] ?? "";

/** Those are said by themselves. */
const AUTHORITIES = ["ca.crt", "etcd-ca.crt", "front-proxy-ca.crt"];
const PREFIX = "hostroute-certificates-";

/** The nodes' certificates of what kubectl says of ConfigMaps in kube-public. */
export const nodeCertificates = (configMaps: string): Named[] =>
  (JSON.parse(configMaps) as ConfigMaps).items.flatMap(({ metadata: { name }, data = {} }) =>
    name.startsWith(PREFIX)
      ? Object.entries(data)
          .filter(([file]) => file.endsWith(".crt") && !AUTHORITIES.includes(file))
          .map(([file, pem]): Named => [`${file} of ${name.slice(PREFIX.length)}`, pem])
      : [],
  );

/** The administrator's certificate in a kubeconfig. */
export function administratorIn(kubeconfig: string): Named[] {
  const found = /client-certificate-data: "?([A-Za-z0-9+/=]+)/.exec(kubeconfig)?.[1];
  return found === undefined ? [] : [["the administrator's certificate", Buffer.from(found, "base64").toString()]];
}
