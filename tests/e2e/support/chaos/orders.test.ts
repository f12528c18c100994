import { orders } from "../../../../e2e/support/chaos/orders";

it("gives every order once", () => {
  expect(orders(["a", "b", "c"]).map((order) => order.join(""))).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  expect(new Set(orders([1, 2, 3, 4]).map(String)).size).toBe(24);
});

it.each([
  [[], [[]]],
  [["a"], [["a"]]],
])("of %j: %j", (things, all) => expect(orders<string>(things)).toEqual(all));
