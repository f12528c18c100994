import * as fs from "node:fs";
import * as path from "node:path";
import { stateDir } from "../../../lab/paths";
import { outputs } from "../../support/cloud";
import { lowerQuotas, restoreQuotas } from "../../support/preflight/quotas";
import { inventory, preflight, removeTrial, TRIAL, writeTrial } from "../../support/preflight/trial";
import { flavorId, makeSubnet, makeUnfit, removeSubnet, removeUnfit } from "../../support/preflight/unfit";
import { Config, firstPool, lastChanges, nothing, operate, refused, STACK } from "../../support/stack";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJcV1nVfCYjwOTPMxbTZ8CTi0XqlaEOCzSFYdUyQy3lV";
const NOWHERE = "44444444-4444-4444-8444-444444444444";
const set = (key: string, value: unknown) => (config: Config) => void (config[`hostroute:${key}`] = value);
const add = (config: Config, key: string, more: object) =>
  set(key, { ...(config[`hostroute:${key}`] as object | undefined), ...more })(config);

/** What the cloud said of each kind, for whoever writes about it. */
const seen: [kind: string, said: string][] = [];
afterAll(async () => {
  fs.writeFileSync(path.join(stateDir, "preflight.json"), JSON.stringify(seen, undefined, 1));
  await restoreQuotas();
  await removeTrial();
  await removeUnfit();
  await removeSubnet();
}, 300_000);

/**
 * Runs `up` of a stack that is not there, in which all of these are wrong at once: each is said, and nothing is made.
 * @param problems how many are said in all: of some kinds there are several
 */
function refusedUp(
  problems: number,
  kinds: [kind: string, said: RegExp][],
  prepare: () => Promise<void>,
  warnings: [string, RegExp][] = [],
) {
  let said = "";
  let [before, after]: Awaited<ReturnType<typeof inventory>>[] = [];

  beforeAll(async () => {
    await prepare();
    before = await inventory();
    said = await refused("up", { stack: TRIAL });
    after = await inventory();
  }, 300_000);

  test.each([...kinds, ...warnings])("%s", (kind, words) => {
    expect(said).toMatch(words);
    seen.push([kind, words.exec(said)![0]]);
  });

  test("is all that is said, at once, and nothing is made", () => {
    expect(said).toContain(`The plan and the cloud do not fit together: ${problems} problems; nothing was touched:`);
    expect(after).toEqual(before);
  });
}

describe("a project that has room for what it has, and no more", () => {
  const need = (count: string, words: string, option: string) =>
    new RegExp(
      `needs ${count} ${words}, and of the project's quota of \\d+, \\d+ (is|are) used\\.\\s+.*openstack quota set --${option} \\d+ [0-9a-f]{32}`,
    );
  beforeAll(async () => {
    await removeTrial();
    await lowerQuotas();
  }, 120_000);
  afterAll(restoreQuotas, 60_000);

  describe("refuses a new cluster", () => {
    refusedUp(
      13,
      [
        ["servers", need("4", "more servers", "instances")],
        ["vCPUs", need("5", "more vCPUs", "cores")],
        ["memory", need("10240", "MB more memory", "ram")],
        ["server groups", need("1", "more server group", "server-groups")],
        [
          "members of a server group",
          /maxServerGroupMembers 10 puts 3 servers into one server group, and the project's quota is 2\./,
        ],
        ["key pairs", need("1", "more key pair", "key-pairs")],
        ["networks", need("1", "more network", "networks")],
        ["subnets", need("1", "more subnet", "subnets")],
        ["routers", need("1", "more router", "routers")],
        ["ports", need("6", "more ports", "ports")],
        ["security groups", need("2", "more security groups", "secgroups")],
        ["rules of security groups", need("\\d+", "more security group rules", "secgroup-rules")],
        ["floating IPs", need("1", "more floating IP", "floating-ips")],
      ],
      () => Promise.resolve(writeTrial(set("sshPublicKey", KEY))),
    );

    test("already at a preview, and by the command of its own", async () => {
      expect(await refused("preview", { stack: TRIAL })).toMatch(need("4", "more servers", "instances"));
      const { said, fits } = await preflight();
      expect(fits).toBe(false);
      expect(said).toMatch(/^servers +4 +4 +4$/m);
    });

    test("and lets it through to its preview where preflight is off", async () => {
      writeTrial(set("preflight", false));
      expect(await operate("preview", { stack: TRIAL })).toContain("Instance");
    });
  });

  test("does not stop an update of the cluster that is there, and counts a fourth worker as one", async () => {
    await operate("up");
    expect(lastChanges()).toMatchObject(nothing);
    const said = await refused("preview", { changes: (config) => (firstPool(config).count = 4) });
    expect(said).toMatch(need("1", "more server", "instances"));
    expect(said).toMatch(need("1", "more port", "ports"));
    for (const made of [
      "networks",
      "subnets",
      "routers",
      "secgroups",
      "secgroup-rules",
      "floating-ips",
      "server-groups",
    ])
      expect(said).not.toContain(`quota set --${made} `);
  });
});

describe("names that the cloud does not know, and things that do not fit", () => {
  const pool = (name: string, firstSlot: number, more: object) => ({
    name,
    count: 1,
    firstSlot,
    flavor: "m1.small",
    ...more,
  });
  refusedUp(
    14,
    [
      [
        "a flavor that is not there",
        /controlPlane\.flavor m1\.mediun is not a flavor that the project can use\.\s+Did you mean m1\.medium\?/,
      ],
      [
        "a flavor by its id",
        /workerPools\[0\]\.flavor [0-9a-f-]{36} is a flavor's id, and its name is needed\.\s+Write m1\.small\./,
      ],
      ["a flavor without a disk", /workerPools\[1\]\.flavor unfit-diskless has no disk/],
      [
        "a flavor without memory for the image",
        /workerPools\[2\]\.flavor m1\.small has 2048 MB of memory, and the image unfit-memory needs 1000000/,
      ],
      [
        "a flavor without room for the image",
        /workerPools\[3\]\.flavor m1\.small has a disk of 8 GiB, and the image unfit-disk needs 1000 GiB/,
      ],
      [
        "an image that is not there",
        /controlPlane\.image debian-21 is not an image that the project can use\.\s+Did you mean debian-12\?/,
      ],
      [
        "an image that is not active",
        /workerPools\[4\]\.image unfit-arm is an image that Glance says is queued, not active/,
      ],
      ["an image for another architecture", /workerPools\[4\]\.image unfit-arm is an image for aarch64/],
      ["two images of one name", /workerPools\[5\]\.image unfit-twice is the name of 2 images: /],
      [
        "a zone that is not there",
        /workerPools\[0\]\.availabilityZones nowa is not a zone of Nova's\.\s+Did you mean nova\?/,
      ],
      [
        "an external network that is not there",
        /network\.externalNetwork publik is not a network that the project sees\.\s+Did you mean public\?/,
      ],
      [
        "a security group that is not there",
        new RegExp(`controlPlane\\.extraSecurityGroups ${NOWHERE} is not a security group`),
      ],
    ],
    async () => {
      await makeUnfit();
      const byId = await flavorId("m1.small");
      writeTrial((config) => {
        add(config, "controlPlane", { flavor: "m1.mediun", image: "debian-21", extraSecurityGroups: [NOWHERE] });
        add(config, "network", { externalNetwork: "publik" });
        set("workerPools", [
          pool("a", 0, { flavor: byId, availabilityZones: ["nowa"] }),
          pool("b", 1, { flavor: "unfit-diskless" }),
          pool("c", 2, { image: "unfit-memory" }),
          pool("d", 3, { image: "unfit-disk" }),
          pool("e", 4, { image: "unfit-arm", rootVolume: { size: 20 } }),
          pool("f", 5, { image: "unfit-twice" }),
        ])(config);
      });
    },
    [
      [
        "a service that the cloud lacks",
        /Not everything was checked before the update:\s+volumes, for rootVolume: the cloud's catalog has no Cinder/,
      ],
    ],
  );
});

describe("an existing subnet", () => {
  let own: { networkId: string; subnetId: string };
  const dev = () => ({ networkId: outputs().networkId, subnetId: outputs().subnetId });
  /** No range: the subnet is asked for it, and for its gateway and pools. */
  const NETWORK = { cidr: undefined, externalNetwork: "public" };

  refusedUp(
    4,
    [
      ["no DHCP", /network\.subnetId [0-9a-f-]{36} is a subnet without DHCP/],
      [
        "too many host routes of others",
        /has 19 host routes of others, and with the plan's 3 that is more than hostroute:network\.maxHostRoutes 20/,
      ],
      [
        "a node's address that is taken",
        /workerPools\[0\]\.count 3 puts trial-worker-0 at 10\.107\.1\.2, which port [0-9a-f-]{36} printer has/,
      ],
      [
        "no router to the external network",
        /network\.externalNetwork public is where the API's floating IP comes from, and no router leads there/,
      ],
    ],
    async () => {
      own = await makeSubnet();
      writeTrial((config) => add(config, "network", { ...NETWORK, ...own }));
    },
    [
      [
        "addresses that Neutron may give away",
        /may give away 10\.107\.1\.250, 10\.107\.1\.3 and 10\.107\.1\.4, which the plan has for nodes: .*\s+Keep them out of it: openstack subnet set --no-allocation-pool --allocation-pool start=10\.107\.1\.200,end=10\.107\.1\.249 [0-9a-f-]{36}/,
      ],
    ],
  );

  test.each<[kind: string, network: () => object, said: RegExp, more?: (config: Config) => void]>([
    [
      "a network that is not there",
      () => ({ ...own, networkId: NOWHERE }),
      /network\.networkId 44444444-\S+ is not a network that the project sees/,
    ],
    [
      "a subnet that is not there",
      () => ({ ...own, subnetId: NOWHERE }),
      /network\.subnetId 44444444-\S+ is not a subnet that the project sees/,
    ],
    [
      "a subnet of another network",
      () => ({ ...own, networkId: dev().networkId }),
      /is a subnet of network [0-9a-f-]{36}, and not of hostroute:network\.networkId/,
    ],
    [
      "another range",
      () => ({ ...own, cidr: "10.107.1.0/25" }),
      /network\.cidr 10\.107\.1\.0\/25 is not the range of the existing subnet, which is 10\.107\.1\.0\/24/,
    ],
    [
      "another gateway",
      () => ({ ...own, gateway: "10.107.1.1" }),
      /network\.gateway 10\.107\.1\.1 is not the gateway of the existing subnet, which is 10\.107\.1\.199/,
    ],
    [
      "another allocation pool",
      () => ({ ...own, allocationPool: { start: "10.107.1.200", end: "10.107.1.249" } }),
      /network\.allocationPool 10\.107\.1\.200 to 10\.107\.1\.249 is not an allocation pool of the existing subnet, which has /,
    ],
    [
      "a range of its own that pods would have",
      () => own,
      /clusterCidr 10\.107\.0\.0\/16 contains hostroute:network\.cidr 10\.107\.1\.0\/24/,
      set("clusterCidr", "10.107.0.0/16"),
    ],
    [
      "another MTU",
      () => ({ ...own, mtu: 1_300 }),
      /network\.mtu 1300 is not the MTU of the existing network, which is 1442/,
    ],
    [
      "a network that is not external",
      () => ({ ...own, externalNetwork: STACK }),
      /network\.externalNetwork dev is a network, but not an external one\.\s+The cloud has public\./,
    ],
  ])("%s", async (kind, network, words, more = () => undefined) => {
    writeTrial((config) => {
      add(config, "network", { ...NETWORK, ...network() });
      more(config);
    });
    const before = await inventory();
    const { said } = await preflight();
    expect(said).toMatch(words);
    seen.push([kind, words.exec(said)![0]]);
    expect(await inventory()).toEqual(before);
  });
});

test("a plan that fits is found to fit, and thirty kinds of others and more are not", async () => {
  writeTrial(() => undefined);
  expect((await preflight()).fits).toBe(true);
  expect(new Set(seen.map(([kind]) => kind)).size).toBeGreaterThanOrEqual(30);
});
