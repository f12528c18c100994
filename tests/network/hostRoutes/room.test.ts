import { roomWarning, tooLong } from "../../../components/network/hostRoutes/room";

const routes = (count: number, prefix = 24) =>
  Array.from({ length: count }, (_, n) => ({ destination: `10.${n}.0.0/${prefix}`, nexthop: "10.106.1.2" }));

it.each([
  [30, 24, undefined],
  [31, 24, 262],
  [34, 16, undefined],
  [35, 16, 259],
])("counts %i routes to a /%i with those of metadata and gateway", (count, prefix, bytes) => {
  const said = tooLong(routes(count, prefix), [], 3);
  if (bytes === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(`${bytes} bytes long`);
});

it("says whose the routes are, what would happen, and the way out", () => {
  const said = tooLong(routes(31), [], 3);
  expect(said).toContain("31 host routes, 3 of this stack and 28 of others");
  expect(said).toContain("no lease at all from OVN");
  expect(said).toContain("Remove routes of others from the subnet, or lower hostroute:network.maxHostRoutes");
});

it.each([
  ["longer than it is", 32, 24, 31, 24, true],
  ["as long as it is", 31, 24, 31, 24, false],
  ["shorter, and still too long", 31, 24, 32, 24, false],
  ["of fewer routes and more bytes", 31, 24, 32, 16, true],
])("refuses a subnet that is too long already a table that is %s only if it gets longer", (_name, ...rest) => {
  const [count, prefix, foundCount, foundPrefix, refused] = rest;
  const said = tooLong(routes(count, prefix), routes(foundCount, foundPrefix), 3);
  expect(said !== undefined).toBe(refused);
});

it.each([
  [27, undefined],
  [28, "238 bytes long of the 255 that it holds: there is room for 2 more."],
  [30, "254 bytes long of the 255 that it holds: there is room for 0 more."],
  [31, "262 bytes long, more than the 255 that it holds."],
])("of %i routes in a subnet, warns: %s", (count, text) => {
  const said = roomWarning(routes(count));
  if (text === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(text);
});
