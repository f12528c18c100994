import { keysRefusal } from "../../components/identity/keys";

it.each([
  ["none, to a new stack", undefined, ""],
  ["some, to a new stack", undefined, "theirs"],
  ["none, to one that has its own", "", ""],
  ["the same again", "theirs", "theirs"],
  ["none any more, to one that was given some", "theirs", ""],
])("lets keys be given: %s", (_what, made, given) => {
  expect(keysRefusal(made, given)).toBeUndefined();
});

it.each([
  ["keys of its own", "", "theirs"],
  ["other keys, which it was given", "theirs", "yours"],
])("refuses keys for a stack that has %s, with the ways out and none of them", (has, made, given) => {
  const said = keysRefusal(made, given)!;
  expect(said.split("\n")[0]).toBe(
    `hostroute:recovery is for a new stack, and this one has ${has}; nothing was touched.`,
  );
  expect(said).toContain("pulumi config rm hostroute:recovery");
  expect(said).toContain("make a new stack");
  expect(said).not.toMatch(/theirs|yours/);
});
