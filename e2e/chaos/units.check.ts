import { waitFor } from "../../lab/shell";
import { isBack, unitsAreWell, victims } from "../support/chaos/back";
import { killUnit, shell } from "../support/chaos/guest";
import { orders } from "../support/chaos/orders";
import { suffer } from "../support/chaos/suffer";
import { daemons, ownUnits, statesOf } from "../support/chaos/units";
import { pause } from "../support/pause";

/** Of each a process is killed; a moment later those that need it have noticed, or are about to. */
const MOMENT = 700;

/** Units are asked for on the node: a new one is killed, too. */
describe.each(["worker", "controlPlane"] as const)("units of the %s", (role) => {
  const node = () => victims()[role];
  const services = async () => (await ownUnits(node().instanceId)).filter((unit) => unit.endsWith(".service"));
  const running = async () => daemons(await statesOf(node().instanceId, await services()));

  test("each is killed, whether it runs all the time or for a moment", async () => {
    const all = await services();
    expect(all.length).toBeGreaterThan(5);
    for (const unit of all)
      await suffer({ node: node(), name: `killed: ${unit}`, begin: () => killUnit(node().instanceId, unit) });
  });

  test("all that run are killed, in each order", async () => {
    const all = await running();
    expect(all.length).toBeGreaterThanOrEqual(3);
    const each = orders(all);
    await suffer({
      node: node(),
      name: `killed: ${all.length} services in each of ${each.length} orders`,
      begin: async () => {
        for (const order of each) {
          for (const unit of order) {
            // One that is being started again already, for want of another, has no process to kill.
            await killUnit(node().instanceId, unit).catch(() => undefined);
            await pause(MOMENT);
          }
          const up = () => unitsAreWell(node()).then(() => true);
          await waitFor(`units after ${order.join(", ")}`, up, 120_000, 1_000);
        }
      },
    });
  });

  test("each is stopped and started again: whatever needs it comes back, too", async () => {
    const { instanceId } = node();
    for (const unit of await running())
      await suffer({
        node: node(),
        name: `stopped: ${unit}`,
        begin: () => shell(instanceId, `systemctl stop ${unit} && sleep 3`),
        // Not waited for: it may wait for others itself.
        end: () => shell(instanceId, `systemctl start --no-block ${unit}`),
        back: (since) => isBack(node(), since),
      });
  });

  test("all are stopped, and the last to need the others is started first", async () => {
    const { instanceId } = node();
    const all = (await running()).join(" ");
    await suffer({
      node: node(),
      name: "stopped: all services",
      begin: () => shell(instanceId, `systemctl stop ${all} && sleep 3`),
      end: () => shell(instanceId, `systemctl start --no-block $(printf '%s\\n' ${all} | tac)`),
    });
  });
});
