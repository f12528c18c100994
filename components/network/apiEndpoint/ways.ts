import { OVN } from "../../kubernetes/api";

/** How a provider of Octavia's does what the API's balancer has to do. */
export interface Ways {
  lbMethod: string;
  /** What of the listener depends on the provider, by who may connect. */
  listener: (allowedCidrs: readonly string[]) => {
    allowedCidrs?: string[];
    timeoutClientData?: number;
    timeoutMemberData?: number;
  };
  monitor: { type: string; httpMethod?: string; urlPath?: string; expectedCodes?: string };
}

/** Octavia's default is 50 s, which would cut whoever waits for something to happen; kubelet closes idle streams after four hours. */
const IDLE_MILLISECONDS = 4 * 60 * 60 * 1000;

/** Amphorae, and whatever else can do all that Octavia's API knows. */
const amphora: Ways = {
  // Connections last for hours, so a server that comes back gets its share by their number only.
  lbMethod: "LEAST_CONNECTIONS",
  listener: (allowedCidrs) => ({
    // In the order in which Octavia answers them, else every refresh would find a change.
    allowedCidrs: [...new Set(allowedCidrs)].sort(),
    timeoutClientData: IDLE_MILLISECONDS,
    timeoutMemberData: IDLE_MILLISECONDS,
  }),
  monitor: { type: "HTTPS", httpMethod: "GET", urlPath: "/readyz", expectedCodes: "200" },
};

/**
 * OVN's own balancing (ovn_octavia_provider/common/constants.py, driver.py): choice by the connection's addresses, no monitor but a
 * connection, no allowed CIDRs. It keeps clients' addresses, so the servers' security group decides who may connect; it has no timeouts.
 */
const ovn: Ways = { lbMethod: "SOURCE_IP_PORT", listener: () => ({}), monitor: { type: "TCP" } };

export const waysOf = (provider: string | undefined): Ways => (provider === OVN ? ovn : amphora);
