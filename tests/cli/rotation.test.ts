import { rotationLines } from "../../cli/rotation";
import { FIRST } from "../../components/settings/generations";

it.each([
  [[2, 1], 1, "known [1, 2], used 1; next, set used to 2 and run pulumi up"],
  [[1, 2], 2, "known [1, 2], used 2; next, take 1 from known and run pulumi up"],
  [[2], 2, "known [2], used 2; the rotation is done"],
  [[2, 3], 2, "known [2, 3], used 2; next, set used to 3 and run pulumi up"],
])("says how far a rotation is, and what comes next: %j, %i", (known, used, said) => {
  expect(rotationLines({ authorities: FIRST, serviceAccount: FIRST, encryption: { known, used } })).toEqual([
    `keys.encryption: ${said}`,
  ]);
});

it("says what to wait for before tokens of the old key end", () => {
  expect(rotationLines({ authorities: FIRST, serviceAccount: { known: [1, 2], used: 2 }, encryption: FIRST })).toEqual([
    "keys.serviceAccount: known [1, 2], used 2; next, take 1 from known and run pulumi up, an hour after that update, when no pod has a token of the old one any more",
  ]);
});

it("says nothing of keys that were never rotated, nor of a stack of an earlier version", () => {
  expect(rotationLines({ authorities: FIRST, serviceAccount: FIRST, encryption: FIRST })).toEqual([]);
  expect(rotationLines(undefined)).toEqual([]);
});
