import { waitFor } from "../../lab/shell";
import { isBack, ready, unitsAreWell, victims } from "../support/chaos/back";
import { shell } from "../support/chaos/guest";
import { suffer } from "../support/chaos/suffer";
import { daemons, ownUnits, statesOf } from "../support/chaos/units";
import { kubectl } from "../support/kube";

const FILE = "/var/lib/chaos-full";

/**
 * Takes all blocks there are, root's reserve as well: it is root's programs that must get over it. Allocated and not written, so that it
 * takes none of the machine's disk: a guest's root is an ext4 of its own, on a loop device.
 */
const FILL = `
import errno, os
with open("${FILE}", "ab") as file:
    size, end = 1 << 30, file.tell()
    while size >= 4096:
        try:
            os.posix_fallocate(file.fileno(), end, size)
            end += size
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            size //= 2
`;
const LASTS_SECONDS = 30;

describe.each(["worker", "controlPlane"] as const)("the disk of the %s is full", (role) => {
  const node = () => victims()[role];
  const on = (command: string) => shell(node().instanceId, command);
  const fill = () => on(`python3 -c '${FILL}'`);

  // kubelet calls a disk full for a minute after it was (evictionPressureTransitionPeriod), and takes no pods meanwhile.
  afterAll(async () => {
    await kubectl(["delete", "pods", "--all-namespaces", "--field-selector=status.phase=Failed", "--wait=false"]);
    const again = () => isBack(node(), Date.now() - 60_000);
    await waitFor(`pods on ${node().name} again`, again, 480_000, 5_000);
  });

  test("and all services are killed then: they come back once it is not", async () => {
    const { instanceId } = node();
    const running = daemons(await statesOf(instanceId, await ownUnits(instanceId)));
    await suffer({
      node: node(),
      name: "full disk",
      begin: async () => {
        await fill();
        // What is written is written anew: a running program may live on in memory.
        // etcd, for one, may have ended by itself already: then there is none to kill.
        for (const unit of running) await on(`systemctl kill --kill-whom=main --signal=KILL ${unit} || true`);
      },
      lasts: async () => {
        const end = Date.now() + LASTS_SECONDS * 1_000;
        while (Date.now() < end) {
          await new Promise((resolve) => setTimeout(resolve, 3_000));
          // journald and kubelet make room: it is taken, too.
          await fill();
          await expect(on("head -c 1000000 /dev/zero >/var/lib/chaos-more")).rejects.toThrow("No space left on device");
        }
      },
      end: () => on(`rm -f ${FILE} /var/lib/chaos-more`),
      // Pods were evicted: that is kubelet's answer to a full disk.
      back: async (since) => {
        if (role === "controlPlane") return isBack(node(), since);
        await ready(node().name, since);
        await unitsAreWell(node());
        return true;
      },
    });
  });
});
