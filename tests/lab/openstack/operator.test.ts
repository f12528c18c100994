import { operatorAddress } from "../../../lab/openstack/operator";

it.each([
  [[], "172.24.4.1"],
  [["198.51.100.0/24", "172.24.4.0/24"], "172.24.4.1"],
  [["198.51.100.0/24"], "198.51.100.1"],
  [["203.0.113.7/32", "198.51.100.0/24"], "203.0.113.7"],
])("an operator whose API lets in %j works from %s", (api, address) => {
  expect(operatorAddress(api)).toBe(address);
});
