import { BlockList, isIP } from "node:net";

type Lookup = (name: string) => string | undefined;

/**
 * Whether a host is asked directly though a proxy is set, for the reasons that undici does not know and the OpenStack provider does
 * (golang.org/x/net/http/httpproxy): the machine itself, and ranges of addresses in NO_PROXY. Names and suffixes in NO_PROXY are
 * undici's to compare.
 */
export function isDirect(url: string, env: Lookup = (name) => process.env[name]): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost") return true;
  const version = isIP(host);
  if (version === 0) return false;
  const direct = new BlockList();
  direct.addSubnet("127.0.0.0", 8, "ipv4");
  direct.addAddress("::1", "ipv6");
  const entries = (env("no_proxy") ?? env("NO_PROXY") ?? "").split(/[,\s]+/);
  for (const entry of entries) {
    const [, network = "", width = ""] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(entry) ?? [];
    const family = isIP(network);
    if (family === 0 || Number(width) > (family === 4 ? 32 : 128)) continue;
    direct.addSubnet(network, Number(width), family === 4 ? "ipv4" : "ipv6");
  }
  return direct.check(host, version === 4 ? "ipv4" : "ipv6");
}
