import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";
import { DOCUMENTED_ERA, Raw, specOf } from "../../fixtures";

const found = (keys: Raw["keys"], more: Raw = {}) =>
  validate({ clusterName: "dev", ...more, keys }).problems.map(formatProblem);

it.each<[string, Raw["keys"], RegExp[]]>([
  ["nothing", {}, []],
  ["each step", { serviceAccount: { known: [1, 2] }, encryption: { known: [2, 1], used: 2 } }, []],
  ["the last step", { encryption: { known: [2], used: 2 } }, []],
  [
    "one that is used and not known",
    { encryption: { known: [2] } },
    [/^hostroute:keys.encryption.used 1 is not among keys.encryption.known \[2\]\.\n {2}Use one of those/],
  ],
  [
    "three at once",
    { serviceAccount: { known: [1, 2, 3] } },
    [/^hostroute:keys.serviceAccount.known \[1, 2, 3\] is not one generation or two/],
  ],
  ["none", { serviceAccount: { known: [] } }, [/^hostroute:keys.serviceAccount.known \[\] is not one/]],
  ["one twice", { serviceAccount: { known: [1, 1] } }, [/^hostroute:keys.serviceAccount.known \[1, 1\] names/]],
  [
    "what is no number of one",
    { serviceAccount: { known: [0] }, encryption: { used: -1 } },
    [/^hostroute:keys.serviceAccount.known\[0\] 0/, /^hostroute:keys.encryption.used -1/],
  ],
])("looks at %s", (_what, keys, expected) => {
  const problems = found(keys);
  expect(problems).toHaveLength(expected.length);
  expected.forEach((each, i) => expect(problems[i]).toMatch(each));
});

it("refuses any but the first where control-plane servers are never replaced", () => {
  const problems = found({ encryption: { known: [1, 2] } }, DOCUMENTED_ERA);
  expect(problems).toEqual([expect.stringMatching(/^hostroute:keys.encryption known \[1, 2\], used 1 cannot be with/)]);
  expect(found({}, DOCUMENTED_ERA)).toEqual([]);
});

it("has the first generation of each where nothing is said", () => {
  const first = { known: [1], used: 1 };
  expect(specOf().keys).toEqual({ authorities: first, serviceAccount: first, encryption: first });
});
