import { Facts } from "../facts";
import { Check, Finding } from "../finding";
import { Needs } from "../needs";
import { suggestion } from "../suggest";

/** What the network is connected to, and what Neutron has to know. */
export const network: Check = (needs, facts) => [
  ...external(needs, facts),
  ...extensions(needs, facts),
  ...securityGroups(needs, facts),
  ...balancer(needs, facts),
];

function external({ network: { externalNetwork } }: Needs, { networks }: Facts): Finding[] {
  if (externalNetwork === undefined || !networks) return [];
  const named = networks.filter(({ name }) => name === externalNetwork);
  const found = named.filter((each) => each.external);
  if (found.length === 1) return [];
  const said = { key: "network.externalNetwork", value: externalNetwork };
  if (found.length > 1)
    return [
      {
        ...said,
        problem: `is the name of ${found.length} external networks: ${found.map(({ id }) => id).join(", ")}`,
        remedy: "Ask the cloud's operator for names that tell them apart.",
      },
    ];
  const others = networks.flatMap(({ name, external: out }) => (out ? name : []));
  return [
    {
      ...said,
      problem: named.length > 0 ? "is a network, but not an external one" : "is not a network that the project sees",
      remedy: suggestion(externalNetwork, others, "external networks"),
    },
  ];
}

interface Extension {
  /** Aliases, of which one is enough: some were renamed. */
  aliases: string[];
  /** What it is for, as the rest of "needs Neutron's extension X, ". */
  why: string;
  key: string;
  value?: unknown;
  warning?: true;
}

function extensions(needs: Needs, { extensions: there }: Facts): Finding[] {
  if (!there) return [];
  const { externalNetwork, mtu, existing } = needs.network;
  const router = { key: "network.externalNetwork", value: externalNetwork };
  const wanted: Extension[] = [
    { aliases: ["port-security"], why: "by which a node sends from its own addresses only", key: "network" },
    { aliases: ["allowed-address-pairs"], why: "by which a port lets its podCIDR through", key: "network" },
    { aliases: ["security-group"], why: "which says who reaches nodes", key: "network" },
    {
      aliases: ["standard-attr-tag", "tag-ext"],
      why: "as ports bear the cluster's name as a tag",
      key: "clusterName",
      value: needs.clusterName,
    },
    ...(externalNetwork === undefined
      ? []
      : [
          { aliases: ["external-net"], why: "which tells external networks", ...router },
          { aliases: ["router"], why: "for router and floating IP", ...router },
        ]),
    ...(mtu === undefined || existing
      ? []
      : [
          {
            aliases: ["net-mtu-writable"],
            why: "without which a network's MTU is Neutron's choice",
            key: "network.mtu",
            value: mtu,
          },
        ]),
    ...(needs.onRouter
      ? [
          {
            aliases: ["extraroute-atomic"],
            why: "by which routes are added to a router and taken away without a look at those of others",
            key: "network.routerRoutes",
            value: true,
          },
        ]
      : []),
    {
      aliases: ["revision-if-match"],
      why: "without which two programs that change one subnet at once may undo each other's host routes",
      key: "network",
      warning: true,
    },
  ];
  return wanted
    .filter(({ aliases }) => !aliases.some((alias) => there.includes(alias)))
    .map(({ aliases, why, key, value, warning }) => ({
      key,
      value,
      problem: `needs Neutron's extension ${aliases[0]}, ${why}, and this cloud does not have it`,
      remedy: "Ask the cloud's operator for it.",
      ...(warning ? { warning } : {}),
    }));
}

const securityGroups = ({ roles }: Needs, { securityGroups: there }: Facts): Finding[] =>
  there
    ? roles.flatMap(({ key, extraSecurityGroups }) =>
        extraSecurityGroups
          .filter((id) => !there.some((group) => group.id === id))
          .map((id) => ({
            key: `${key}.extraSecurityGroups`,
            value: id,
            problem: "is not a security group that the project can use",
            remedy: "Give an id that `openstack security group list` shows.",
          })),
      )
    : [];

function balancer({ endpoint }: Needs, { balancerProviders }: Facts): Finding[] {
  const provider = endpoint?.provider;
  if (provider === undefined || !balancerProviders || balancerProviders.includes(provider)) return [];
  return [
    {
      key: "apiEndpoint.provider",
      value: provider,
      problem: "is not a provider of this cloud's Octavia",
      remedy: suggestion(provider, balancerProviders, "providers"),
    },
  ];
}
