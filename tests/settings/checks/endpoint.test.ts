import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";

/** What it is about, the configuration, and every problem that it must bring, word for word. */
type Row = [name: string, raw: Record<string, unknown>, problems: string[]];

const rows: Row[] = [
  [
    "an external endpoint without a host",
    { apiEndpoint: { kind: "external" } },
    [
      "hostroute:apiEndpoint.kind external needs hostroute:apiEndpoint.host, which is not set.\n  Give the address or DNS name under which nodes reach your load balancer.",
    ],
  ],
  [
    "a host of one's own for the only server",
    { apiEndpoint: { host: "api.example.com" } },
    [
      "hostroute:apiEndpoint.host api.example.com is for kind external, and hostroute:apiEndpoint.kind is server.\n  Remove it, or choose another kind.",
    ],
  ],
  [
    "a floating IP for an endpoint that is not the program's",
    { apiEndpoint: { kind: "external", host: "api.example.com", floatingIp: true } },
    [
      "hostroute:apiEndpoint.floatingIp true is for kind server, and hostroute:apiEndpoint.kind is external.\n  Remove it, or choose another kind.",
    ],
  ],
  [
    "the keys of earlier versions",
    { controlPlane: { count: 3, loadBalancer: "api.example.com", floatingIp: false } },
    [
      "hostroute:controlPlane.loadBalancer api.example.com is no longer a key.\n  Write hostroute:apiEndpoint with kind external and this as its host.",
      "hostroute:controlPlane.floatingIp false is no longer a key.\n  Write it as hostroute:apiEndpoint.floatingIp.",
    ],
  ],
];

it.each(rows)("refuses %s", (_name, raw, expected) => {
  expect(validate({ clusterName: "dev", ...raw }).problems.map(formatProblem)).toEqual(expected);
});

it("does not take a malformed host for one that is missing, nor no floating IP for one too many", () => {
  const keys = (apiEndpoint: object) => validate({ clusterName: "dev", apiEndpoint }).problems.map(({ key }) => key);
  expect(keys({ kind: "external", host: "https://api.example.com" })).toEqual(["apiEndpoint.host"]);
  expect(keys({ kind: "external", host: "api.example.com", floatingIp: false })).toEqual([]);
  expect(keys({ kind: "balancer", host: "api.example.com" })).toEqual(["apiEndpoint.kind"]);
});
