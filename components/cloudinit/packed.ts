import { gzip } from "pako";

/** Nova's limit for user data, counted after base64 (nova/api/openstack/compute/schemas/servers.py: maxLength 65535). */
export const USER_DATA_MAX_BYTES = 65_535;

/**
 * A document as Nova is given it: gzip, which cloud-init recognises by itself, in base64. The provider's client passes on what is
 * base64 already (gophercloud, servers.CreateOpts.ToServerCreateMap), and plain text alone would it encode.
 *
 * By zlib in JavaScript and not by the one in Node.js: the same bytes, whichever Node.js runs it. Its header has no time and no name.
 * `memLevel`: codes for every 4,096 symbols, since what follows one another has little in common (scripts, units, keys).
 *
 * @see https://docs.cloud-init.io/en/latest/explanation/format.html#gzip-compressed-content
 */
export const packed = (userData: string): string =>
  Buffer.from(gzip(Buffer.from(userData), { level: 9, memLevel: 6 })).toString("base64");
