import { parseCidr } from "../../components/addressing/ipv4";
import { podCidrOfSlot, slotCapacity } from "../../components/addressing/podCidr";

it.each([
  ["10.200.0.0/16", 24, 0, "10.200.0.0/24"],
  ["10.200.0.0/16", 24, 5, "10.200.5.0/24"],
  ["10.200.0.0/16", 24, 255, "10.200.255.0/24"],
  ["10.200.0.0/16", 26, 5, "10.200.1.64/26"],
  ["10.200.0.0/16", 20, 3, "10.200.48.0/20"],
  ["10.200.0.0/24", 24, 0, "10.200.0.0/24"],
  ["10.0.0.0/8", 24, 257, "10.1.1.0/24"],
])("of %s in /%i gives slot %i %s", (cluster, mask, slot, expected) => {
  expect(podCidrOfSlot(parseCidr(cluster), mask, slot).toString()).toBe(expected);
});

it.each([
  ["10.200.0.0/16", 24, 256],
  ["10.200.0.0/24", 24, 1],
  ["10.200.0.0/16", 30, 16384],
  ["10.200.0.0/16", 15, 0],
])("of %s in /%i has %i slots, and not one more", (cluster, mask, capacity) => {
  const block = parseCidr(cluster);
  expect(slotCapacity(block, mask)).toBe(capacity);
  for (const slot of [capacity, -1, 0.5]) {
    expect(() => podCidrOfSlot(block, mask, slot)).toThrow(`slot ${slot} is not among the ${capacity} blocks`);
  }
});
