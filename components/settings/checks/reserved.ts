import { Netmask } from "netmask";
import { overlaps, parseCidr } from "../../addressing/ipv4";
import { Problem } from "../problem";
import { Values } from "../values";
import { Check, check } from "./check";

/** What no host has as its address, or none that is reached from elsewhere (IANA's special-purpose registry; RFC 6890, 5771, 1112). */
export const RESERVED: readonly [range: Netmask, what: string][] = (
  [
    ["0.0.0.0/8", "this network"],
    ["127.0.0.0/8", "loopback"],
    ["169.254.0.0/16", "link-local, with Nova's metadata"],
    ["224.0.0.0/4", "multicast"],
    ["240.0.0.0/4", "reserved, with the broadcast address"],
  ] as const
).map(([range, what]) => [parseCidr(range), what]);

export const named = ([range, what]: (typeof RESERVED)[number]) => `${range.toString()} (${what})`;
/** Whether the one holds the whole of the other. */
export const within = (outer: Netmask, inner: Netmask) => inner.bitmask >= outer.bitmask && outer.contains(inner.base);

/** The widest private range there is. */
const WIDEST = 8;
/** kube-apiserver takes no more than 2^20 Services' addresses (cmd/kube-apiserver/app/options/validation.go, `maxCIDRBits`). */
const WIDEST_SERVICES = 12;

const ranges = [
  ["clusterCidr", "clusterCidr", WIDEST, "10.200.0.0/16"],
  ["serviceCidr", "serviceCidr", WIDEST_SERVICES, "10.32.0.0/24"],
  ["subnet", "network.cidr", WIDEST, "10.106.1.0/24"],
] as const;

/** Nothing is routed to such a range, and on the nodes it would take away what is there: loopback, metadata. */
const reservedRange = ranges.map(([value, key, widest, example]) =>
  check([value], ({ [value]: range }: Pick<Values, typeof value>): Problem[] => {
    const found = (problem: string): Problem[] => [
      { key, value: range.toString(), problem, remedy: `Choose another range, for example ${example}, the default.` },
    ];
    if (range.bitmask < widest) return found(`is wider than /${widest}`);
    const reserved = RESERVED.find(([block]) => overlaps(block, range));
    return reserved ? found(`overlaps ${named(reserved)}, where no host can be`) : [];
  }),
);

/** Of a list of ranges, those that are of nobody. */
const nobody = (key: string, cidrs: readonly string[]): Problem[] =>
  cidrs.flatMap((cidr, i) => {
    const reserved = RESERVED.find(([block]) => within(block, parseCidr(cidr)));
    if (!reserved) return [];
    return [
      {
        key: `${key}[${i}]`,
        value: cidr,
        problem: `lies within ${named(reserved)}, where no host can be`,
        remedy: "Remove it, or give the range that is meant.",
      },
    ];
  });

const nonMasquerade = check(["nonMasqueradeCidrs"], ({ nonMasqueradeCidrs }) =>
  nobody("network.nonMasqueradeCidrs", nonMasqueradeCidrs),
);

const accessOfNobody = check(["access"], ({ access }) =>
  Object.entries(access).flatMap(([list, cidrs]) => nobody(`access.${list}`, cidrs)),
);

/** Ranges that no host can have, wherever a range is given. */
export const reservedChecks: readonly Check[] = [...reservedRange, nonMasquerade, accessOfNobody];
