import { choice, suggestion } from "../../components/preflight/suggest";

const FLAVORS = ["m1.small", "m1.medium", "m1.large", "gpu.large"];

it.each([
  ["m1.smal", FLAVORS, "Did you mean m1.small?"],
  ["M1.Large", FLAVORS, "Did you mean m1.large?"],
  ["m1.larg", [...FLAVORS, "m2.large"], "Did you mean m1.large or m2.large?"],
  ["c5.2xlarge-metal", FLAVORS, "The cloud has m1.large, gpu.large, m1.small, m1.medium."],
  ["anything", [], "There are no flavors that the project can use: ask the cloud's operator."],
])("offers for %s of %j: %s", (wrong, names, says) => {
  expect(suggestion(wrong, names, "flavors")).toBe(says);
});

it("offers three near names and eight others at most", () => {
  const numbered = Array.from({ length: 20 }, (_, n) => `flavor-${n}`);
  expect(suggestion("flavor-x", numbered, "flavors")).toBe("Did you mean flavor-0 or flavor-1 or flavor-2?");
  expect(choice(numbered, "flavors")).toBe(`The cloud has ${numbered.slice(0, 8).join(", ")} and 12 more.`);
});
