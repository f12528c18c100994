import { waitFor } from "../../lab/shell";
import { aptMirror, AptMirror, aptSource } from "../support/chaos/aptMirror";
import { isBack, victims } from "../support/chaos/back";
import { cutDhcp, cutMirror, dropped, restore } from "../support/chaos/cuts";
import { losePower, shell } from "../support/chaos/guest";
import { suffer } from "../support/chaos/suffer";
import { pause } from "../support/pause";

beforeAll(restore);
afterEach(restore);

describe.each(["worker", "controlPlane"] as const)("at a boot of the %s", (role) => {
  const node = () => victims()[role];
  const on = (command: string) => shell(node().instanceId, command, 300_000);
  const hasAddress = async () => (await on(`ip -4 -o address show to ${node().address}`)) !== "";

  describe("DHCP is away", () => {
    const CONF = "/etc/dhcp/dhclient.conf";
    // Debian's client would ask for a minute, then take the lease it remembers; here it has none and gives up soon, and asks again soon.
    // So services start without an address, as with clients that a boot does not wait for.
    beforeAll(() => on(`cp ${CONF} ${CONF}.saved; printf 'timeout 10;\\nretry 10;\\n' >>${CONF}`));
    afterAll(() => on(`[ ! -e ${CONF}.saved ] || mv ${CONF}.saved ${CONF}`));

    test("until everything has started, without an address", async () => {
      await suffer({
        node: node(),
        name: "DHCP away at boot",
        begin: async () => {
          await on("rm -f /var/lib/dhcp/*");
          await cutDhcp(node());
          await losePower(node().instanceId);
        },
        lasts: async () => {
          // cloud-init has its own client, and asks the metadata service for a minute.
          await waitFor(
            "boot to go on without an address",
            () => on("systemctl is-active network-online.target"),
            240_000,
            2_000,
          );
          await pause(20_000);
          expect(await hasAddress()).toBe(false);
          expect(await dropped("dhcp")).toBeGreaterThan(1);
        },
        end: restore,
      });
    }, 900_000);
  });

  const binary = role === "worker" ? "/usr/local/bin/kubelet" : "/usr/local/bin/kube-apiserver";

  test("the mirror is away, and nothing is missing: the node comes up without it", async () => {
    await suffer({
      node: node(),
      name: "mirror away at boot, nothing missing",
      begin: async () => {
        await cutMirror(node());
        await losePower(node().instanceId);
      },
    });
  });

  test("the mirror is away, and a binary is empty, as a write that power loss overtook leaves it", async () => {
    await suffer({
      node: node(),
      name: "mirror away at boot, a binary empty",
      begin: async () => {
        // A new file: the old one is in use until the power goes.
        await on(`: >${binary}.new && chmod 755 ${binary}.new && mv ${binary}.new ${binary}`);
        await cutMirror(node());
        await losePower(node().instanceId);
      },
      lasts: async () => {
        await waitFor("the node to ask the mirror", async () => (await dropped("mirror")) > 0, 120_000, 1_000);
        await pause(30_000);
        expect(await on(`stat -c %s ${binary}`)).toBe("0\n");
      },
      end: restore,
      back: async (since) => {
        expect(await on(`stat -c %s ${binary}`)).not.toBe("0\n");
        return isBack(node(), since);
      },
    });
  });

  describe("apt's mirror is away, and the image lacks a package", () => {
    const PACKAGE = "socat";
    const SOURCES = "/etc/apt/sources.list";
    let mirror: AptMirror;
    const installed = async () => (await on(`command -v ${PACKAGE} || true`)) !== "";

    beforeAll(async () => {
      mirror = await aptMirror(PACKAGE);
      await on(`cp ${SOURCES} ${SOURCES}.saved; echo '${aptSource}' >${SOURCES}`);
    });
    afterAll(async () => {
      if (!(await installed())) {
        await mirror.open().catch(() => undefined); // it is open
        await on(`apt-get update -q && apt-get install -y -q --no-install-recommends ${PACKAGE}`);
      }
      await on(`mv ${SOURCES}.saved ${SOURCES}`);
      await mirror.close();
    });

    test("until the node has tried in vain for a while", async () => {
      expect(await on("cat /usr/local/lib/hostroute/packages.sh")).toContain(PACKAGE);
      await suffer({
        node: node(),
        name: "apt's mirror away at boot",
        begin: async () => {
          await on(`dpkg --purge ${PACKAGE}`);
          await losePower(node().instanceId);
        },
        lasts: async () => {
          await waitFor("the boot", () => on("systemctl is-active network-online.target"), 120_000, 1_000);
          await pause(45_000);
          expect(await installed()).toBe(false);
        },
        end: () => mirror.open(),
        back: async (since) => {
          expect(await installed()).toBe(true);
          return isBack(node(), since);
        },
      });
    });
  });
});
