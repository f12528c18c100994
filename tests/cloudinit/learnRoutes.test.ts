import { execFileSync } from "node:child_process";
import { A, B, HOST, LEARN_ROUTES, MAC, OWN, VIA_2, VIA_3, WORKERS } from "./learnedRoutes";

/** Evaluates an expression over the script and what it imports (`learn`, `dhcp`) and each of the given values (`given`); an error is its text. */
function python(expression: string, given: unknown[]): unknown[] {
  const code = `import importlib, json, os, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
learn, dhcp = map(importlib.import_module, ("learn-routes", "dhcp_inform"))
def result(given):
    try:
        return ${expression}
    except ValueError as error:
        return str(error)
print(json.dumps([result(given) for given in json.load(sys.stdin)]))`;
  const input = JSON.stringify(given);
  return JSON.parse(execFileSync("python3", ["-B", "-c", code, LEARN_ROUTES], { input }).toString()) as unknown[];
}

/** A table that the script goes through in one run: to start it takes longer than all rows. */
function table(title: string, expression: string, rows: [name: string, given: unknown, result: unknown][]): void {
  describe("the script", () => {
    let results: unknown[];
    beforeAll(() => {
      const given = rows.map(([, each]) => each);
      results = python(expression, given);
    });
    it.each(rows.map(([name, , result], i) => ({ name, i, result })))(title, ({ i, result }) => {
      expect(results[i]).toEqual(result);
    });
  });
}

const NODE = `learn.node_of("${HOST}", "ens3", "10.200.0.0/16", "24", "${WORKERS}", "${OWN}")`;

const XID = "01020304";
const CHADDR = MAC.replaceAll(":", "");
/** An answer as it comes from the wire, in hexadecimal. */
function answer(options: string, { xid = XID, mac = CHADDR, op = "02", file = "", ipOptions = "" } = {}): string {
  const ip = `4${5 + ipOptions.length / 8}`.padEnd(40, "0") + ipOptions;
  const names = "0".repeat(128) + file.padEnd(256, "0");
  return `${ip}${"0".repeat(16)}${op}010600${xid}${"0".repeat(40)}${mac.padEnd(32, "0")}${names}63825363${options}`;
}
const ACK = "350105";
const ROUTE = "18 0ac801 0a6a010c".replaceAll(" ", "");
const READ = [["10.200.1.0/24", "10.106.1.12"]];

const answers: [string, string, unknown][] = [
  ["one route, pads, other options and an end", answer(`00${ACK}00010400ffffff7908${ROUTE}ff00`), READ],
  ["no end", answer(`${ACK}7908${ROUTE}`), READ],
  ["IP options before", answer(`${ACK}7908${ROUTE}ff`, { ipOptions: "94040000" }), READ],
  ["an option in two parts (RFC 3396)", answer(`${ACK}7903${ROUTE.slice(0, 6)}7905${ROUTE.slice(6)}ff`), READ],
  ["an option where a boot file's name would be", answer(`${ACK}340101ff`, { file: `7908${ROUTE}ff` }), READ],
  [
    "all widths, and bits beyond a width",
    answer(`${ACK}791d 00 0a6a0102 20 a9fea9fe 0a6a0102 09 0aff 0a6a0103 18 0a6a01 00000000 ff`.replaceAll(" ", "")),
    [
      ["0.0.0.0/0", "10.106.1.2"],
      ["169.254.169.254/32", "10.106.1.2"],
      ["10.128.0.0/9", "10.106.1.3"],
      ["10.106.1.0/24", "0.0.0.0"],
    ],
  ],
  ["another's number", answer(`${ACK}7908${ROUTE}ff`, { xid: "01020305" }), null],
  ["another's hardware address", answer(`${ACK}7908${ROUTE}ff`, { mac: "fa163e000012" }), null],
  ["a question", answer(`${ACK}7908${ROUTE}ff`, { op: "01" }), null],
  ["a stump", answer("").slice(0, 300), null],
  ["a refusal", answer("350106ff"), "the DHCP server refuses"],
  ["no kind of message", answer(`7908${ROUTE}ff`), "the DHCP server refuses"],
  ["no option 121", answer(`${ACK}ff`), "the DHCP server's answer has no option 121"],
  ["an empty option 121", answer(`${ACK}7900ff`), "the DHCP server's answer has no option 121"],
  ["a route cut off", answer(`${ACK}7907${ROUTE.slice(0, 14)}ff`), "option 121 is no list of routes"],
  ["a width of 33", answer(`${ACK}790a21${"0".repeat(18)}ff`), "option 121 is no list of routes"],
  ["an option cut off", answer(`${ACK}7909${ROUTE}`), "a DHCP option is cut off"],
  ["an option without a length", answer(`${ACK}79`), "a DHCP option is cut off"],
];
table(
  "reads from an answer with $name what it should",
  "dhcp.answer(*map(bytes.fromhex, given))",
  answers.map(([name, packet, routes]) => [name, [packet, XID, CHADDR], routes]),
);

const senders: [string, number, boolean][] = [
  ["10.106.1.200", 67, true],
  ["10.106.1.2", 67, true],
  ["172.16.0.1", 67, true],
  ["10.106.1.200", 4000, false],
  ["10.106.1.12", 67, false],
  ["10.200.255.9", 67, false],
];
table(
  "takes for a server's answer what comes from $name",
  `dhcp.from_server(bytes.fromhex(given), ${NODE})`,
  senders.map(([address, port, server]) => {
    const octets = Buffer.from(address.split(".").map(Number)).toString("hex");
    const packet = answer("").replace(/^(.{24}).{8}(.{8}).{4}/, `$1${octets}$2${port.toString(16).padStart(4, "0")}`);
    return [`${address}, port ${port}: ${server}`, packet, server];
  }),
);

it("asks from the node's own address for option 121 alone, in a packet whose checksum is right", () => {
  const asked = "dhcp.question(dhcp.INFORM, *map(bytes.fromhex, given), '10.106.1.11').hex()";
  const packet = Buffer.from(python(asked, [[XID, CHADDR]])[0] as string, "hex");
  const words = Array.from({ length: 10 }, (_, i) => packet.readUInt16BE(2 * i));
  expect(words.reduce((sum, word) => (sum + word) % 0xffff)).toBe(0);
  expect(packet.readUInt16BE(2)).toBe(packet.length);
  expect([packet.subarray(12, 16).join("."), packet.subarray(16, 20).join(".")]).toEqual([HOST, "255.255.255.255"]);
  expect([packet.readUInt16BE(20), packet.readUInt16BE(22), packet.readUInt16BE(24)]).toEqual([
    68,
    67,
    packet.length - 20,
  ]);
  const bootp = packet.subarray(28);
  expect([bootp.subarray(4, 8).toString("hex"), bootp.subarray(12, 16).join(".")]).toEqual([XID, HOST]);
  expect(bootp.subarray(28, 34).toString("hex")).toBe(CHADDR);
  expect(bootp.subarray(236, 251).toString("hex")).toBe("63825363350108390205dc370179ff");
});

const one = (dst: string, gateway: string, more: object = {}) => ({ dst, gateway, dev: "ens3", flags: [], ...more });
const add = (dst: string, via: string) => `replace ${dst} via ${via} dev ens3 proto 121`;
const ADD_A = add(A, VIA_2);
const del = (dst: string, via: string, proto: string, metric = 0) =>
  `del ${dst} via ${via} dev ens3 proto ${proto} metric ${metric}`;

const changes: [string, object[], [string, string][][], string[]][] = [
  ["a new route", [], [[[A, VIA_2]]], [ADD_A]],
  ["nothing for one that is there as ours", [one(A, VIA_2, { protocol: "121" })], [[[A, VIA_2]]], []],
  ["nothing for dhclient's copy", [one(A, VIA_2)], [[[A, VIA_2]]], []],
  ["nothing for networkd's copy", [one(A, VIA_2, { protocol: "dhcp", metric: 1024 })], [[[A, VIA_2]]], []],
  ["what is outside of the cluster CIDR", [one("10.201.1.0/24", VIA_2)], [[["10.202.0.0/24", VIA_2]]], []],
  ["the default route", [one("default", VIA_2, { protocol: "dhcp" })], [[["0.0.0.0/0", VIA_3]]], []],
  ["the own podCIDR", [one(OWN, HOST), { dst: OWN, dev: "cbr0", protocol: "kernel" }], [[[OWN, VIA_2]]], []],
  ["parts of the own podCIDR", [one("10.200.0.128/25", VIA_2)], [[["10.200.0.0/25", VIA_2]]], []],
  ["a route to this node itself", [one(B, HOST)], [[[A, HOST]]], []],
  ["a route without a next hop", [{ dst: B, dev: "ens3" }], [[[A, "0.0.0.0"]]], []],
  ["ours that is gone", [one(A, VIA_2, { protocol: "121" })], [[]], [del(A, VIA_2, "121")]],
  [
    "copies that are gone",
    [one(A, VIA_2), one(B, VIA_3, { protocol: "dhcp", metric: 1024 })],
    [[]],
    [del(A, VIA_2, "boot"), del(B, VIA_3, "dhcp", 1024)],
  ],
  ["an operator's route", [one(A, VIA_3, { protocol: "static" }), one(B, VIA_3, { dev: "eth9" })], [[[A, VIA_2]]], []],
  ["a moved route, at one stroke", [one(A, VIA_3)], [[[A, VIA_2]]], [ADD_A]],
  [
    "a moved route with a metric",
    [one(A, VIA_3, { protocol: "dhcp", metric: 1024 })],
    [[[A, VIA_2]]],
    [ADD_A, del(A, VIA_3, "dhcp", 1024)],
  ],
  ["a stale route beside the right one", [one(A, VIA_3), one(A, VIA_2)], [[[A, VIA_2]]], [del(A, VIA_3, "boot")]],
  ["two next hops, of which one is the plan's", [one(A, VIA_3)], [[[A, VIA_3]], [[A, VIA_2]]], [ADD_A]],
  [
    "parts of a podCIDR",
    [],
    [
      [
        ["10.200.1.0/25", VIA_2],
        ["10.200.1.128/25", VIA_2],
        ["10.200.1.9/32", VIA_2],
      ],
    ],
    [],
  ],
  [
    "more than a podCIDR",
    [],
    [
      [
        ["10.200.0.0/16", VIA_2],
        ["10.200.2.0/23", VIA_2],
        ["10.0.0.0/8", VIA_2],
      ],
    ],
    [],
  ],
  ["another worker's next hop", [], [[[A, VIA_3]]], []],
  [
    "a next hop that is no worker's",
    [],
    [
      [
        [A, "10.106.1.2"],
        [A, "10.200.2.5"],
        [A, "10.106.1.250"],
      ],
    ],
    [],
  ],
  [
    "the last worker that can be",
    [],
    [[["10.200.180.0/24", "10.106.1.191"]]],
    [add("10.200.180.0/24", "10.106.1.191")],
  ],
  ["one after the last", [], [[["10.200.181.0/24", "10.106.1.192"]]], []],
  [
    "routes that a client took, but cannot be",
    [one("10.200.1.0/25", VIA_3), one(B, VIA_2, { protocol: "dhcp" })],
    [
      [
        ["10.200.1.0/25", VIA_3],
        [B, VIA_2],
      ],
    ],
    [del("10.200.1.0/25", VIA_3, "boot"), del(B, VIA_2, "dhcp")],
  ],
  ["what only one of two servers knows", [one(B, VIA_3)], [[[A, VIA_2]], [[B, VIA_3]]], [ADD_A]],
];
table(
  "plans, for $name, the right changes",
  `[" ".join(c) for cs in learn.plan(*given, ${NODE}) for c in cs]`,
  changes.map(([name, present, offered, planned]) => [name, [present, offered], planned]),
);
