import { Netmask, ip2long, long2ip } from "netmask";

/** Dotted quads only: `Netmask` itself also reads `10.1/16`, octal and hexadecimal parts, which no OpenStack API does. */
const DOTTED_QUAD = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/;

/** Whether the text is an IPv4 address as Neutron takes it. */
export function isAddress(text: string): boolean {
  return DOTTED_QUAD.test(text) && text.split(".").every((part) => Number(part) <= 255);
}

/** What is wrong with a CIDR, and the way out; undefined when nothing is. */
export function cidrProblem(text: string): { problem: string; remedy: string } | undefined {
  const [address = "", prefix = "", ...rest] = text.split("/");
  if (rest.length > 0 || !isAddress(address) || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) {
    return { problem: "is not an IPv4 CIDR", remedy: "Write address/prefix, for example 10.200.0.0/16." };
  }
  const block = new Netmask(text);
  if (block.base !== address) {
    return { problem: "has host bits set", remedy: `Write the network's first address: ${block.base}/${prefix}.` };
  }
  return undefined;
}

/** A CIDR as a block. @throws RangeError when `cidrProblem` finds something. */
export function parseCidr(text: string): Netmask {
  const wrong = cidrProblem(text);
  if (wrong) throw new RangeError(`${text} ${wrong.problem}. ${wrong.remedy}`);
  return new Netmask(text);
}

/** The address at an offset from the first one of the block (offset 0 is the network address). @throws RangeError outside. */
export function addressAt(block: Netmask, offset: number): string {
  if (!Number.isInteger(offset) || offset < 0 || offset >= block.size) {
    throw new RangeError(`${block.toString()} has no address at offset ${offset}: it holds ${block.size}`);
  }
  return long2ip(ip2long(block.base) + offset);
}

/** The offset of an address from the block's first one; negative or at least `size` when the address is outside. */
export function offsetIn(block: Netmask, address: string): number {
  return ip2long(address) - ip2long(block.base);
}

/** All addresses of a CIDR, in order. */
export function addressesOf(cidr: string): string[] {
  const block = parseCidr(cidr);
  return Array.from({ length: block.size }, (_, offset) => addressAt(block, offset));
}

/** Whether two blocks share an address. */
export function overlaps(one: Netmask, other: Netmask): boolean {
  return one.contains(other.base) || other.contains(one.base);
}

/** The least set of CIDRs that holds exactly the addresses from `first` to `last`, in order. @throws RangeError when `last` comes first. */
export function cidrsOfRange(first: string, last: string): string[] {
  let at = ip2long(first);
  const end = ip2long(last);
  if (at > end) throw new RangeError(`${first} to ${last} is no range: it ends before it begins`);
  const cidrs: string[] = [];
  while (at <= end) {
    // The largest block that begins here and does not reach beyond the end.
    let size = 1;
    while (at % (size * 2) === 0 && at + size * 2 - 1 <= end) size *= 2;
    cidrs.push(`${long2ip(at)}/${32 - Math.log2(size)}`);
    at += size;
  }
  return cidrs;
}
