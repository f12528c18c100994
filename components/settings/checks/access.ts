import { offsetIn, parseCidr } from "../../addressing/ipv4";
import { Values } from "../values";
import { Check, check } from "./check";
import { within } from "./reserved";

/** The lists of `access` that are known, each range with its key. */
const listed = ({ access }: Pick<Values, "access">) =>
  Object.entries(access).flatMap(([list, cidrs]) =>
    cidrs.map((cidr, i) => ({ key: `access.${list}[${i}]`, value: cidr, range: parseCidr(cidr) })),
  );

/** Whoever is listed from such a range gets no answer: nodes send it to pods, Services or into their own subnet. */
const accessInside = (name: "clusterCidr" | "serviceCidr"): Check =>
  check(["access", name], (values: Pick<Values, "access" | typeof name>) =>
    listed(values)
      .filter(({ range }) => within(values[name], range))
      .map(({ key: at, value: cidr }) => ({
        key: at,
        value: cidr,
        problem: `lies inside hostroute:${name} ${values[name].toString()}: answers would go there, and not to where it is`,
        remedy: `Choose another hostroute:${name}, or remove the range: nodes and pods may reach what they need anyway.`,
      })),
  );

/** In a subnet of the program's own, machines of others have their addresses from the allocation pool. */
const accessInSubnet = check(["access", "subnet", "offsets", "subnetId"], ({ access, subnet, offsets, subnetId }) => {
  if (subnetId !== undefined) return [];
  return listed({ access })
    .filter(({ range }) => {
      const start = offsetIn(subnet, range.base);
      const pooled = offsets.allocationPools.some(([first, last]) => start >= first && start + range.size - 1 <= last);
      return within(subnet, range) && !pooled;
    })
    .map(({ key, value }) => ({
      key,
      value,
      problem: `lies inside hostroute:network.cidr ${subnet.toString()}, where only nodes are`,
      remedy:
        "Choose another hostroute:network.cidr, or remove the range. Other machines in the subnet have addresses of hostroute:network.allocationPool.",
    }));
});

/** Who may reach the nodes, where that cannot be whom it looks like. */
export const accessChecks: readonly Check[] = [
  accessInside("clusterCidr"),
  accessInside("serviceCidr"),
  accessInSubnet,
];
