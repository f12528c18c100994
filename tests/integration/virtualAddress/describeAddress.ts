import { controlPlaneNodeUserData } from "../../../components/cloudinit/nodeUserData";
import { CONTROL_PLANE } from "../../cloudinit/documents";
import { specOf } from "../../fixtures";
import { missing, VipWire } from "./vipWire";

/** What the API's users may have to wait at most, whatever becomes of one node. */
export const MOST = 10;

export const NODES = [0, 1, 2];
export const others = (node: number) => NODES.filter((each) => each !== node);

/** Tests of three nodes that hold the API's address; skipped where there can be none. */
export function describeAddress(what: string, tests: (wire: VipWire) => void): void {
  const lack = missing();
  if (lack !== undefined) {
    it.skip(`${what}: ${lack}`, () => undefined);
    return;
  }
  describe(what, () => {
    const spec = specOf({ controlPlane: { count: 3 } });
    const wire = new VipWire(
      spec.api.host,
      spec.plan.controlPlane.map((node) => ({
        address: node.address,
        userData: controlPlaneNodeUserData(spec, node, CONTROL_PLANE),
      })),
    );
    beforeAll(() => wire.start());
    afterAll(() => wire.stop());
    tests(wire);
  });
}
