import { zoneOf } from "../../components/settings/zones";

it.each([
  [[], 3, undefined],
  [["a"], 3, "a"],
  [["a", "b"], 2, "a"],
  [["a", "b"], 3, "b"],
])("chooses of the zones %j for index %i: %s", (zones, index, zone) => expect(zoneOf(zones, index)).toBe(zone));
