import { removeServiceBalancers } from "../../../components/network/serviceBalancers/remove";
import { NOT_IN_CATALOG, Session } from "../../../components/openstack/session";
import { fakeClock } from "../../openstack/fakeClock";

beforeEach(() => fakeClock());
afterEach(() => jest.restoreAllMocks());

interface Balancer {
  id: string;
  name: string;
  description?: string | null;
}

/** An Octavia with these balancers in the subnet, and what was asked of it. Each is gone as soon as it was deleted. */
function cloud(balancers: Balancer[]) {
  const asked: string[] = [];
  const session: Session = {
    call: (service, method, path) => {
      asked.push(`${method} ${service} ${path}`);
      const id = /loadbalancers\/([^?]+)/.exec(path)?.[1];
      const at = balancers.findIndex((each) => each.id === id);
      if (id === undefined) return Promise.resolve({ status: 200, body: { loadbalancers: [...balancers] } });
      if (at < 0) return Promise.resolve({ status: 404, body: "" });
      if (method === "GET")
        return Promise.resolve({ status: 200, body: { loadbalancer: { provisioning_status: "ACTIVE" } } });
      balancers.splice(at, 1);
      return Promise.resolve({ status: 204, body: undefined });
    },
  };
  return { session, asked };
}
const remove = (session: Session) => removeServiceBalancers(session, "sub", "Kubernetes API of dev");
const LIST = "GET load-balancer /v2.0/lbaas/loadbalancers?vip_subnet_id=sub";
const SERVICE = { id: "s", name: "kube_service_kubernetes_default_web", description: "Kubernetes external service" };

it("deletes what Services have left in the subnet, with all that is in it", async () => {
  const left = [SERVICE, { ...SERVICE, id: "t" }];
  const { session, asked } = cloud(left);
  await remove(session);
  expect(left).toEqual([]);
  expect(asked[0]).toBe(LIST);
  expect(asked).toContain("DELETE load-balancer /v2.0/lbaas/loadbalancers/s?cascade=true");
});

it("deletes the API's own, which the OpenStack provider forgets when it never becomes ACTIVE, and nobody else's of that kind", async () => {
  const left = [
    { id: "own", name: "dev-api", description: "Kubernetes API of dev" },
    { id: "other", name: "dev-api", description: "Kubernetes API of development" },
  ];
  await expect(remove(cloud(left).session)).rejects.toThrow("Load balancer dev-api (other)");
  expect(left.map(({ id }) => id)).toEqual(["other"]);
});

it("says what else is there, all at once and with the way out, when Services' own are gone", async () => {
  const left: Balancer[] = [
    { id: "a", name: "web", description: null },
    SERVICE,
    { id: "b", name: "my_kube_service_" },
  ];
  await expect(remove(cloud(left).session)).rejects.toThrow(
    [
      "Load balancer web (a) is in the stack's subnet sub, and neither the stack's nor a Service's.",
      '  Delete it with "openstack loadbalancer delete --cascade a", and destroy the stack again.',
      "Load balancer my_kube_service_ (b) is in the stack's subnet sub, and neither the stack's nor a Service's.",
    ].join("\n"),
  );
  expect(left.map(({ id }) => id)).toEqual(["a", "b"]);
});

it("has nothing to do in a cloud without Octavia, and in an empty subnet", async () => {
  const none: Session = {
    call: () => Promise.reject(Object.assign(new Error("no endpoint"), { code: NOT_IN_CATALOG })),
  };
  await expect(remove(none)).resolves.toBeUndefined();
  const { session, asked } = cloud([]);
  await remove(session);
  expect(asked).toEqual([LIST]);
});

it("fails where it cannot know", async () => {
  const refusing: Session = { call: () => Promise.resolve({ status: 403, body: "Forbidden" }) };
  await expect(remove(refusing)).rejects.toThrow(
    'Octavia answered 403 to GET of the load balancers in sub: "Forbidden"',
  );
  const broken: Session = { call: () => Promise.reject(new Error("no answer")) };
  await expect(remove(broken)).rejects.toThrow("no answer");
});
