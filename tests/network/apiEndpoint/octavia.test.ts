import { removeWithChildren } from "../../../components/network/apiEndpoint/octavia";
import { Session } from "../../../components/openstack/session";
import { fakeClock } from "../../openstack/fakeClock";

let pauses: number[];
beforeEach(() => (pauses = fakeClock()));
afterEach(() => jest.restoreAllMocks());

const GONE = { status: 404, body: { faultstring: "not found" } };
const is = (provisioning_status: string) => ({ status: 200, body: { loadbalancer: { provisioning_status } } });
const DONE = { status: 204, body: undefined };

/** A cloud that answers these, in order and the last one for ever; what it was asked. */
function cloud(...answers: { status: number; body: unknown }[]) {
  const asked: string[] = [];
  const session: Session = {
    call: (service, method, path) => {
      asked.push(`${method} ${service} ${path}`);
      return Promise.resolve({ headers: {}, ...(answers.length > 1 ? answers.shift()! : answers[0]!) });
    },
  };
  return { session, asked };
}
const GET = "GET load-balancer /v2.0/lbaas/loadbalancers/lb";
const DELETE = "DELETE load-balancer /v2.0/lbaas/loadbalancers/lb?cascade=true";

it("deletes with everything inside, and waits until nothing is left", async () => {
  const { session, asked } = cloud(is("ACTIVE"), DONE, is("PENDING_DELETE"), is("PENDING_DELETE"), GONE);
  await removeWithChildren(session, "lb");
  expect(asked).toEqual([GET, DELETE, GET, GET, GET]);
});

it("has nothing to do where it is gone", async () => {
  for (const answer of [GONE, is("DELETED")]) {
    const { session, asked } = cloud(answer);
    await removeWithChildren(session, "lb");
    expect(asked).toEqual([GET]);
  }
});

it("waits for what is under way, and begins again when something comes between or fails", async () => {
  const busy = { status: 409, body: { faultstring: "immutable" } };
  const { session, asked } = cloud(is("PENDING_UPDATE"), is("ACTIVE"), busy, is("ERROR"), DONE, GONE);
  await removeWithChildren(session, "lb");
  expect(asked).toEqual([GET, GET, DELETE, GET, DELETE, GET]);
});

it("says what Octavia says, and gives up after ten minutes", async () => {
  await expect(removeWithChildren(cloud({ status: 403, body: "Forbidden" }).session, "lb")).rejects.toThrow(
    'Octavia answered 403 to GET of load balancer lb: "Forbidden"',
  );
  await expect(removeWithChildren(cloud(is("PENDING_UPDATE")).session, "lb")).rejects.toThrow(
    "Load balancer lb is still PENDING_UPDATE after ten minutes of deleting it",
  );
  const minutes = pauses.reduce((sum, pause) => sum + pause, 0) / 60_000;
  expect(minutes).toBeGreaterThan(9);
  expect(minutes).toBeLessThanOrEqual(10);
});
