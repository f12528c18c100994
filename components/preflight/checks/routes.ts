import { offsetIn, parseCidr } from "../../addressing/ipv4";
import { tooLong } from "../../network/hostRoutes/room";
import { desiredTable, NeutronRoute, sameTable } from "../../network/hostRoutes/table";
import { Check } from "../finding";

/** Room for the plan's host routes beside those that others have in an existing subnet. Who has what is HostRoutes' matter. */
export const routes: Check = ({ routes: plan, clusterCidr, network: { maxHostRoutes, existing } }, { subnet }) => {
  if (!existing || !subnet) return [];
  const pods = parseCidr(clusterCidr);
  // What is in the pods' range is the stack's, of now or of workers that leave.
  const isPods = ({ destination }: NeutronRoute) => {
    const offset = offsetIn(pods, destination.split("/")[0]!);
    return offset >= 0 && offset < pods.size;
  };
  const found = subnet.host_routes;
  const others = found.filter((route) => !isPods(route));
  const wanted = desiredTable(others, plan, []);
  if (sameTable(wanted, found)) return [];
  const said = { key: "network.subnetId", value: existing.subnetId };
  const long = tooLong(wanted, found, plan.length);
  return [
    ...(wanted.length <= maxHostRoutes
      ? []
      : [
          {
            ...said,
            problem: `has ${others.length} host routes of others, and with the plan's ${plan.length} that is more than hostroute:network.maxHostRoutes ${maxHostRoutes}`,
            remedy:
              "Remove some of others, use fewer workers or another subnet; or, if Neutron's max_subnet_host_routes is higher, set the key to that.",
          },
        ]),
    ...(long === undefined
      ? []
      : [{ ...said, problem: "has no room for the plan's host routes in DHCP option 121", remedy: `${long}.` }]),
  ];
};
