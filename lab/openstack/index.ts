import * as fs from "node:fs";
import { stateDir } from "../paths";
import { claim, pidOf, progress, release, stop, waitFor } from "../shell";
import { writeConfigs } from "./configs";
import { prepareDatabase } from "./database";
import { prepareEnvironment } from "./environment";
import { killMarked, rememberHost, restoreHost } from "./host";
import { isBegun, removeSockets, startBalancers } from "./octavia";
import { balancers } from "./octaviaServices";
import { makePublicBridge, startOvn } from "./ovn";
import { install, packages, removePolicy } from "./packages";
import { answers, persist, startService, waitForAnswer } from "./running";
import { agents, apis, nameServer, services } from "./services";
import { startObjectStore } from "./swift";
import { prepareFlavors, preparePublicNetwork } from "./tenant";
import { prepareVswitchd } from "./vswitchd";

export { adminCredentials, credentials } from "./api";
export { etc, host, publicNetwork } from "./configs";
export { startBalancers } from "./octavia";
export { venv } from "./environment";
export { ovnTool, plugIntoPublic, unplugFromPublic } from "./ovn";
export { dropAddress, operateFrom, operatorAddress, takeAddress } from "./operator";
export { install, packages } from "./packages";
export { outsideName, serviceEnv } from "./services";
export { flavors } from "./tenant";

/**
 * Brings OpenStack up, to the point where a server can be created. May be repeated.
 * @param hypervisor brings up what takes servers, beside the services
 */
export async function up(hypervisor: () => Promise<void>): Promise<void> {
  claim("up");
  try {
    await rememberHost();
    await install(packages);
    await Promise.all([prepareVswitchd(), prepareEnvironment()]);
    writeConfigs();
    startService("epmd");
    await waitForAnswer("epmd");
    startService("rabbitmq");
    await Promise.all([prepareDatabase(), startNetwork()]);
    startService("memcached");
    await waitForAnswer("memcached");
    // Keystone first: the others ask it when they start, and wait for it as long as it loads. Nova's wait for the message bus, too.
    [...Object.keys(apis), ...Object.keys(agents)].forEach(startService);
    await Promise.all([hypervisor(), completed()]);
    progress("OpenStack is up");
  } finally {
    release("up");
  }
}

/** Services that come last, and what the operator of a cloud makes for all: the external network, flavors. */
async function completed(): Promise<void> {
  await waitForAnswer("keystone");
  await Promise.all([
    persist("the external network", ["neutron-api"], preparePublicNetwork),
    persist("flavors", ["nova-api"], prepareFlavors),
    startObjectStore(),
  ]);
  if (isBegun()) await startBalancers();
  await waitForAnswer(...expected());
}

/** The data plane, and what stands on it. */
async function startNetwork(): Promise<void> {
  await startOvn();
  await makePublicBridge();
  Object.keys(nameServer).forEach(startService);
}

/** Ends everything and leaves the machine as it was found, whatever state the lab is in. */
export async function down(): Promise<void> {
  const rival = pidOf("up");
  if (rival && rival !== process.pid) process.kill(rival, "SIGKILL");
  // The state is thrown away: nothing needs time to end in good order.
  await Promise.all(Object.keys(services).map((name) => stop(name, 0)));
  await waitFor("the lab's processes to end", () => killMarked().length === 0, 15_000);
  await restoreHost();
  removePolicy();
  removeSockets();
  fs.rmSync(stateDir, { recursive: true, force: true });
  progress("OpenStack is down");
}

/** Every service with its process and whether it does its work. */
export async function status(): Promise<{ service: string; pid?: number; answers: boolean }[]> {
  return Promise.all(
    expected().map(async (service) => ({ service, pid: pidOf(service), answers: await answers(service) })),
  );
}

/** Services that a lab has from its beginning, and those that it was asked for since. */
const expected = () => Object.keys(services).filter((name) => !(name in balancers) || isBegun());
