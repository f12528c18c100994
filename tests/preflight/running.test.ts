import { Facts } from "../../components/preflight/facts";
import { judge } from "../../components/preflight/judge";
import { needsOf } from "../../components/preflight/needs";
import { Raw, specOf } from "../fixtures";
import { afterwards, GIB } from "./cloud";

const RAW: Raw = { workerPools: [{ name: "worker", count: 2, availabilityZones: ["az1", "az2"] }] };
const needs = (raw: Raw = RAW) => needsOf(specOf(raw));
const said = (raw: Raw, facts: Facts) =>
  judge(needs(raw), facts).map(({ key, warning }) => `${warning ? "warning" : "problem"} ${key}`);

/** The cluster runs, and the cloud has changed since. */
function since(change: (facts: Facts) => void): Facts {
  const facts = afterwards(needs());
  change(facts);
  return facts;
}
const without = (image: object) => (facts: Facts) => {
  facts.images = [];
  facts.allImages = [{ id: "image-13", name: "debian-13" }, ...(Object.keys(image).length > 0 ? [image as never] : [])];
};
/** The same with one worker more, which has to be made. */
const MORE: Raw = { workerPools: [{ name: "worker", count: 3, availabilityZones: ["az1", "az2"] }] };

describe.each<[string, (facts: Facts) => void, key: string]>([
  ["an image that has gone", without({}), "image"],
  ["an image that is no longer active", ({ images }) => (images![0]!.status = "deactivated"), "image"],
  ["another image of the same name", ({ images }) => images!.push({ ...images![0]!, id: "image-new" }), "image"],
  [
    "a flavor that has gone",
    (facts) => (facts.flavors = facts.flavors!.filter(({ name }) => name !== "m1.medium")),
    "flavor",
  ],
  ["an image that would need a larger disk", ({ images }) => (images![0]!.virtual_size = 41 * GIB), "flavor"],
])("%s", (_name, change, key) => {
  it("does not stop an update of servers that run on it, and is said", () => {
    const found = judge(needs(), since(change));
    expect(found.map((each) => [each.key, each.warning])).toEqual([
      [`controlPlane.${key}`, true],
      [`workerPools[0].${key}`, true],
    ]);
    expect(found[0]!.remedy).toMatch(/ Servers that run stay; none could be made anew\.$/);
  });

  it("stops one that makes a new server of that role", () => {
    expect(said(MORE, since(change))).toEqual([`problem workerPools[0].${key}`, `warning controlPlane.${key}`]);
  });
});

it("stops an update that takes another image or flavor which is not there", () => {
  const others: Raw = {
    workerPools: [{ name: "worker", count: 2, availabilityZones: ["az1", "az2"], image: "debian-21" }],
  };
  const image = since(() => undefined);
  image.allImages = [{ id: "image-12", name: "debian-12" }];
  expect(said(others, image)).toEqual(["problem workerPools[0].image"]);
  const flavors: Raw = {
    workerPools: [{ name: "worker", count: 2, availabilityZones: ["az1", "az2"], flavor: "m9.none" }],
  };
  expect(
    said(
      flavors,
      since(() => undefined),
    ),
  ).toEqual(["problem workerPools[0].flavor"]);
});

it("does not take a volume's image for one that has gone: nobody knows which it was made of", () => {
  const raw: Raw = {
    workerPools: [{ name: "worker", count: 1, rootVolume: { size: 20 } }],
    controlPlane: { image: "other" },
  };
  const facts = afterwards(needs(raw));
  facts.images = [{ ...facts.images![0]!, id: "image-o", name: "other" }];
  facts.made.servers![0]!.imageId = "image-o";
  facts.allImages = [];
  expect(said(raw, facts)).toEqual(["problem workerPools[0].image"]);
});

it("leaves servers in a zone that is full or gone, and puts none there", () => {
  const gone = (facts: Facts) => void facts.zones!.splice(0, 1);
  expect(said(RAW, since(gone))).toEqual([]);
  // The third worker's zone is the first one again.
  expect(said(MORE, since(gone))).toEqual(["problem workerPools[0].availabilityZones"]);
  const moved: Raw = { workerPools: [{ name: "worker", count: 2, availabilityZones: ["az2", "az1"] }] };
  expect(said(moved, since(gone))).toEqual(["problem workerPools[0].availabilityZones"]);
});
