import { option121Bytes, option121RouteBytes } from "../../components/addressing/dhcpOption121";

// RFC 3442: width octet, significant octets of the destination, four octets of router.
it.each([
  [0, 5],
  [1, 6],
  [8, 6],
  [9, 7],
  [16, 7],
  [24, 8],
  [25, 9],
  [32, 9],
])("takes, for a /%i, %i bytes", (prefix, bytes) => expect(option121RouteBytes(prefix)).toBe(bytes));

it.each([
  [0, true, 14],
  [0, false, 9],
  [30, true, 254],
  [31, true, 262],
  [30, false, 249],
])("takes, for %i /24 routes (gateway: %s), %i bytes", (count, hasGateway, bytes) => {
  expect(option121Bytes(Array<number>(count).fill(24), hasGateway)).toBe(bytes);
});
