import { parseCidr } from "../../components/addressing/ipv4";
import { defaultLayout } from "../../components/addressing/subnetLayout";

it.each([
  ["10.106.1.0/24", ["10.106.1.1", "10.106.1.2", "10.106.1.200", "10.106.1.249", "10.106.1.250"]],
  ["10.106.1.0/28", ["10.106.1.1", "10.106.1.2", "10.106.1.7", "10.106.1.9", "10.106.1.10"]],
  ["10.106.0.0/16", ["10.106.0.1", "10.106.0.2", "10.106.255.200", "10.106.255.249", "10.106.255.250"]],
])("of %s: gateway, first worker, allocation pool, first control-plane node", (cidr, expected) => {
  const { gateway, firstWorker, allocationPool, firstControlPlane } = defaultLayout(parseCidr(cidr));
  expect([gateway, firstWorker, allocationPool.start, allocationPool.end, firstControlPlane]).toEqual(expected);
});

it("needs a /28", () => {
  expect(() => defaultLayout(parseCidr("10.106.1.0/29"))).toThrow("10.106.1.0/29 is too small");
});
