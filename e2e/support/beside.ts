import { cloud, list, loseServer, make, nodePorts, Port, workers } from "./cloud";

interface Item {
  id: string;
}

/** Whatever there is beside the stack of this name; also what a killed run has left. */
export async function removeBeside(name: string): Promise<void> {
  const session = await cloud();
  for (const { id } of await list<Item>("compute", `/servers?name=^${name}$`, "servers")) await loseServer(id);
  for (const { id } of await list<Item>("network", `/v2.0/ports?name=${name}`, "ports"))
    await session.call("network", "DELETE", `/v2.0/ports/${id}`);
}

/** A port beside the stack's: in its subnet and with its workers' security groups, with an address that Neutron gives. */
export async function portBeside(name: string): Promise<{ id: string; address: string }> {
  const { network_id, security_groups } = (await nodePorts()).get(workers()[0]!.name)!;
  const port = await make<Port>("network", "/v2.0/ports", "port", { name, network_id, security_groups });
  return { id: port.id, address: port.fixed_ips[0]!.ip_address };
}

/** A server on that port, of the workers' flavor and image. @returns its id */
export async function serverBeside(name: string, port: string, more: { user_data?: string } = {}): Promise<string> {
  const { body } = await (await cloud()).call("compute", "GET", `/servers/${workers()[0]!.instanceId}`);
  const { flavor, image } = (body as { server: Record<"flavor" | "image", Item> }).server;
  const wanted = { name, flavorRef: flavor.id, imageRef: image.id, networks: [{ port }], ...more };
  return (await make<Item>("compute", "/servers", "server", wanted)).id;
}
