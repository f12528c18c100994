import {
  addressAt,
  cidrProblem,
  cidrsOfRange,
  isAddress,
  offsetIn,
  overlaps,
  parseCidr,
} from "../../components/addressing/ipv4";

it.each(["0.0.0.0", "10.106.1.2", "255.255.255.255"])("takes %s as an address", (text) => {
  expect(isAddress(text)).toBe(true);
});

it.each([
  "",
  "10.1",
  "10.1.1",
  "1.2.3.4.5",
  "256.1.1.1",
  "1.1.1.999",
  "01.1.1.1",
  "0x0a.1.1.1",
  "1.1.1.1 ",
  "::1",
  "a.b.c.d",
])("does not take %j as an address", (text) => expect(isAddress(text)).toBe(false));

it.each([
  ["10.200.0.0/16", undefined],
  ["0.0.0.0/0", undefined],
  ["10.1.1.1/32", undefined],
  ["10.1/16", "is not an IPv4 CIDR"],
  ["10.1.0.0/16/8", "is not an IPv4 CIDR"],
  ["10.1.0.0/", "is not an IPv4 CIDR"],
  ["10.1.0.0/255.255.0.0", "is not an IPv4 CIDR"],
  ["10.1.0.0/33", "is not an IPv4 CIDR"],
  ["10.1.0.4/29", "has host bits set"],
])("says of the CIDR %s: %s", (text, problem) => {
  expect(cidrProblem(text)?.problem).toBe(problem);
  if (problem) expect(() => parseCidr(text)).toThrow(`${text} ${problem}. `);
  else expect(parseCidr(text).toString()).toBe(text);
});

it("counts addresses from a block's first, over octets' ends", () => {
  const block = parseCidr("10.106.0.0/22");
  expect([0, 1, 255, 256, 1023].map((n) => addressAt(block, n))).toEqual([
    "10.106.0.0",
    "10.106.0.1",
    "10.106.0.255",
    "10.106.1.0",
    "10.106.3.255",
  ]);
  expect(["10.106.1.0", "10.105.255.255", "10.107.0.0"].map((a) => offsetIn(block, a))).toEqual([256, -1, 65536]);
  for (const outside of [-1, 1024, 0.5]) expect(() => addressAt(block, outside)).toThrow(RangeError);
});

it.each([
  ["10.0.0.0/8", "10.0.0.0/8", true],
  ["10.0.0.0/8", "10.255.255.0/24", true],
  ["10.255.255.0/24", "10.0.0.0/8", true],
  ["10.0.0.0/24", "10.0.1.0/24", false],
  ["10.0.0.0/25", "10.0.0.128/25", false],
])("tells whether %s and %s overlap: %s", (one, other, expected) => {
  expect(overlaps(parseCidr(one), parseCidr(other))).toBe(expected);
});

it.each([
  ["10.106.1.7", "10.106.1.7", ["10.106.1.7/32"]],
  ["10.106.0.0", "10.106.255.255", ["10.106.0.0/16"]],
  ["0.0.0.0", "255.255.255.255", ["0.0.0.0/0"]],
  ["10.106.1.254", "10.106.2.1", ["10.106.1.254/31", "10.106.2.0/31"]],
  ["10.106.1.250", "10.106.1.254", ["10.106.1.250/31", "10.106.1.252/31", "10.106.1.254/32"]],
])("covers %s to %s with the fewest CIDRs", (first, last, cidrs) => expect(cidrsOfRange(first, last)).toEqual(cidrs));

it("covers no range that ends before it begins", () => {
  expect(() => cidrsOfRange("10.106.1.2", "10.106.1.1")).toThrow("10.106.1.2 to 10.106.1.1 is no range");
});
