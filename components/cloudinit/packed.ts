import { gzipSync } from "node:zlib";

/** Nova's limit for user data, counted after base64 (nova/api/openstack/compute/schemas/servers.py: maxLength 65535). */
export const USER_DATA_MAX_BYTES = 65_535;

/**
 * A document as Nova is given it: gzip, which cloud-init recognises by itself, in base64. The provider's client passes on what is
 * base64 already (gophercloud, servers.CreateOpts.ToServerCreateMap), and plain text alone would it encode.
 *
 * @see https://docs.cloud-init.io/en/latest/explanation/format.html#gzip-compressed-content
 */
export const packed = (userData: string): string => gzipSync(userData, { level: 9 }).toString("base64");
