import { cidrProblem } from "../addressing/ipv4";
import { AddressRange } from "../addressing/subnetLayout";
import { NeutronSubnet } from "../openstack/subnet";
import * as forms from "./forms/text";
import { Problem } from "./problem";

/** What the plan takes from an existing subnet, where the configuration does not say it. */
export interface ExistingSubnet {
  /** The keys that it answers for. */
  leftOut: ReadKey[];
  cidr: string;
  gateway?: string;
  allocationPools: AddressRange[];
}

/** What Neutron says of a subnet: null, there is none; text, why it could not be asked; undefined, nobody has asked. */
export type SubnetAnswer = NeutronSubnet | null | string | undefined;

type Raw = Record<string, unknown>;

const KEYS = ["cidr", "gateway", "allocationPool"] as const;
export type ReadKey = (typeof KEYS)[number];

const networkOf = ({ network }: Raw): Raw => (typeof network === "object" && network !== null ? (network as Raw) : {});
/** As in a stack's configuration: an empty text stands for a key that is left out. */
const isSet = (value: unknown) => value !== undefined && value !== null && value !== "";

/** The keys that an existing subnet has to answer for; none for a subnet that is to be made. */
export function leftOut(raw: Raw): ReadKey[] {
  const network = networkOf(raw);
  return isSet(network.subnetId) ? KEYS.filter((key) => !isSet(network[key])) : [];
}

/** The id of the subnet that has to be read before there is a plan, if there is one. */
export function subnetToRead(raw: Raw): string | undefined {
  const { subnetId } = networkOf(raw);
  if (leftOut(raw).length === 0 || typeof subnetId !== "string") return undefined;
  return forms.uuid(subnetId) ? undefined : subnetId;
}

/**
 * What is known of the subnet that has to be read, or what is wrong with it; undefined where none has to be.
 */
export function existingSubnet(raw: Raw, answer: SubnetAnswer): ExistingSubnet | Problem | undefined {
  const value = subnetToRead(raw);
  if (value === undefined) return undefined;
  const wrong = (problem: string, remedy: string): Problem => ({ key: "network.subnetId", value, problem, remedy });
  const keys = leftOut(raw);
  const named = keys.map((key) => `hostroute:network.${key}`).join(", ");
  if (answer === null)
    return wrong("is not a subnet that the project sees", "Give an id that `openstack subnet list` shows.");
  if (answer === undefined || typeof answer === "string")
    return wrong(
      `was not read: ${answer ?? "nobody was asked"}`,
      `Once the cloud answers, try again; or set what is left out to what the subnet has: ${named}.`,
    );
  if (answer.ip_version !== 4) return { key: "network.subnetId", value, ...ofIPv6(answer) };
  const { cidr, gateway_ip: gateway, allocation_pools: allocationPools } = answer;
  const given = networkOf(raw).cidr;
  // All else would be measured by a range that is not the subnet's. One that is malformed is told of as that.
  if (typeof given === "string" && given !== "" && !cidrProblem(given) && given !== cidr)
    return { key: "network.cidr", value: given, ...ofOtherRange(answer) };
  return { leftOut: keys, cidr, ...(gateway === null ? {} : { gateway }), allocationPools };
}

/** What is wrong with a subnet that is not one of IPv4. */
export const ofIPv6 = ({ cidr }: Pick<NeutronSubnet, "cidr">) => ({
  problem: `is ${cidr}, a subnet of IPv6, and nodes need one of IPv4`,
  remedy: "Give the id of an IPv4 subnet: `openstack subnet list --ip-version 4` shows them.",
});

/** What is wrong with a range that is not the subnet's. */
export const ofOtherRange = ({ cidr }: Pick<NeutronSubnet, "cidr">) => ({
  problem: `is not the range of the existing subnet, which is ${cidr}`,
  remedy: "Leave it out, as the subnet is asked for it, or choose another subnet.",
});

/** The configuration with what is left out as the subnet has it. Its pools have no key that holds them all (`layoutOf`). */
export function withSubnet(raw: Raw, { leftOut: keys, cidr, gateway }: ExistingSubnet): Raw {
  const read = { ...(keys.includes("cidr") ? { cidr } : {}), ...(keys.includes("gateway") ? { gateway } : {}) };
  return { ...raw, network: { ...networkOf(raw), ...read } };
}
