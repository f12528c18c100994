import { hostRoutes, list } from "../../support/cloud";
import { others } from "../../support/otherRoutes";
import { prepareSecond, removeSecond, SECOND } from "../../support/secondStack";
import { refused } from "../../support/stack";

describe("a stack of three workers in a subnet in which others have 28 routes", () => {
  let subnet: string;
  interface Item {
    id: string;
  }
  const everything = async () => {
    const urls = ["ports", "subnets", "security-groups", "floatingips"].map((name) => `/v2.0/${name}`);
    const lists = urls.map((url) => list<Item>("network", url, url.split("/")[2]!.replaceAll("-", "_")));
    const all = await Promise.all([...lists, list<Item>("compute", "/servers", "servers")]);
    return { ids: all.map((items) => items.map(({ id }) => id).sort()), routes: await hostRoutes(subnet) };
  };

  beforeAll(async () => {
    await removeSecond();
    subnet = await prepareSecond(others(28).map((route) => ({ ...route, nexthop: "10.107.1.199" })));
  }, 120_000);
  afterAll(removeSecond, 120_000);

  // Without a preview of its own, as the lab runs it: nothing may be made beside the routes while they are refused.
  test.each(["preview", "up"])("is refused by %s with the count, before anything is made", async (command) => {
    const before = await everything();
    expect(before.routes).toHaveLength(28);
    const said = await refused(command, { stack: SECOND });
    expect(said).toContain("The subnet would have 31 host routes, 3 of this stack and 28 of others.");
    expect(await everything()).toEqual(before);
  });
});
