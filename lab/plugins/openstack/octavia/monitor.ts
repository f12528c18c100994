import { Kind } from "../../protocol/kind";
import { Properties, replaces, updates } from "../../protocol/schema";
import { list } from "../../protocol/values";
import { Cloud, Item } from "../api";
import { SOURCE } from "../source";
import { balancerOfPool } from "./pool";
import { thing } from "./thing";

const of = (field: string) => `${SOURCE}/resource_openstack_lb_monitor_v2.go, ${field}`;
const whole = (field: string) =>
  ({ type: "integer", required: true, ...updates(of(`${field}: no ForceNew`)) }) as const;
const chosen = (field: string) =>
  ({ type: "string", computed: true, ...updates(of(`${field}: no ForceNew`)) }) as const;

const inputs: Properties = {
  name: { type: "string", ...updates(of("name: no ForceNew")) },
  poolId: { type: "string", required: true, ...replaces(of("pool_id: ForceNew")) },
  type: { type: "string", required: true, ...replaces(of("type: ForceNew")) },
  delay: whole("delay"),
  timeout: whole("timeout"),
  maxRetries: whole("max_retries"),
  maxRetriesDown: { type: "integer", computed: true, ...updates(of("max_retries_down: no ForceNew")) },
  httpMethod: chosen("http_method"),
  urlPath: chosen("url_path"),
  expectedCodes: chosen("expected_codes"),
  adminStateUp: { type: "boolean", default: true, ...updates(of("admin_state_up: no ForceNew, default true")) },
};

export const monitor = (cloud: Cloud): Kind =>
  thing({
    cloud,
    singular: "healthmonitor",
    inputs,
    collection: () => "/healthmonitors",
    balancer: ({ poolId }) => balancerOfPool(cloud, poolId),
    needsPool: true,
    body: (goal) => ({
      name: goal.name ?? "",
      pool_id: goal.poolId,
      type: goal.type,
      delay: goal.delay,
      timeout: goal.timeout,
      max_retries: goal.maxRetries,
      max_retries_down: goal.maxRetriesDown,
      http_method: goal.httpMethod,
      url_path: goal.urlPath,
      expected_codes: goal.expectedCodes,
      admin_state_up: goal.adminStateUp ?? true,
    }),
    mutable: {
      name: "name",
      delay: "delay",
      timeout: "timeout",
      maxRetries: "max_retries",
      maxRetriesDown: "max_retries_down",
      httpMethod: "http_method",
      urlPath: "url_path",
      expectedCodes: "expected_codes",
      adminStateUp: "admin_state_up",
    },
    state: (item) => ({
      name: item.name,
      poolId: list<Item>(item.pools)[0]?.id,
      type: item.type,
      delay: item.delay,
      timeout: item.timeout,
      maxRetries: item.max_retries,
      maxRetriesDown: item.max_retries_down,
      httpMethod: item.http_method ?? "",
      urlPath: item.url_path ?? "",
      expectedCodes: item.expected_codes ?? "",
      adminStateUp: item.admin_state_up,
      tenantId: item.project_id,
    }),
  });
