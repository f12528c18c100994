import { acksOf, decodeOption121, leasedOption121 } from "../../../e2e/support/lease";

/** As Debian 12's dhclient writes it. */
const lease = (...options: string[]) => `lease {
  interface "eth0";
  fixed-address 10.106.1.2;
${options.map((option) => `  option ${option};\n`).join("")}  renew 3 2026/11/25 04:11:12;
}
`;
const routes = (octets: string) => `rfc3442-classless-static-routes ${octets}`;
const DEFAULT = "0,10,106,1,1";

describe("the lease file", () => {
  it("gives the octets of the newest lease", () => {
    const older = lease("subnet-mask 255.255.255.0", routes("24,10,200,9,10,106,1,11,0,10,106,1,1"));
    expect(leasedOption121(older + lease("routers 10.106.1.1", routes(DEFAULT)))).toEqual([0, 10, 106, 1, 1]);
  });

  it("gives no older lease's octets where the newest has none", () => {
    const text = lease(routes(DEFAULT)) + lease("routers 10.106.1.1");
    expect(() => leasedOption121(text)).toThrow("The newest lease has no option 121");
  });

  it.each(["", "0,10,,1,1", "0,10,256,1,1", "0:a:6a:1:1"])("refuses %j", (value) => {
    expect(() => leasedOption121(lease(routes(value)))).toThrow(/option 121/i);
  });

  it("refuses an empty file", () => expect(() => leasedOption121("")).toThrow("has no option 121"));
});

describe("option 121", () => {
  it("is a route for each width, with as many octets of destination as the width needs", () => {
    const octets = [24, 10, 200, 1, 10, 106, 1, 3, 32, 169, 254, 169, 254, 10, 106, 1, 250, 0, 10, 106, 1, 1];
    expect(decodeOption121([...octets, 17, 10, 7, 128, 10, 106, 1, 4])).toEqual([
      "10.200.1.0/24 via 10.106.1.3",
      "169.254.169.254/32 via 10.106.1.250",
      "0.0.0.0/0 via 10.106.1.1",
      "10.7.128.0/17 via 10.106.1.4",
    ]);
  });

  it.each([[[24, 10, 200, 1, 10, 106, 1]], [[0, 10, 106, 1, 1, 24]], [[33, 10, 200, 1, 1, 1, 10, 106, 1, 3]]])(
    "refuses %j, which ends within a route or has a width of more than 32",
    (octets) => expect(() => decodeOption121(octets)).toThrow("no list of routes"),
  );
});

describe("answers on the wire", () => {
  /** As tcpdump 4.99 shows them. */
  const answer = (
    ...lines: string[]
  ) => `01:39:26.180088 IP (tos 0x0, ttl 64, id 28927, offset 0, flags [DF], proto UDP (17), length 354)
    10.106.1.1.67 > 10.106.1.4.68: BOOTP/DHCP, Reply, length 326, xid 0x3cba3350, Flags [none]
\t  Client-IP 10.106.1.4
${lines.map((line) => `\t  ${line}\n`).join("")}`;
  const ACK = "  DHCP-Message (53), length 1: ACK";
  const ROUTES =
    "  Classless-Static-Route (121), length 22: (169.254.169.254/32:10.106.1.200),(10.200.0.0/24:10.106.1.2),(default:10.106.1.1)";
  const TIME = "  Lease-Time (51), length 4: 40";
  const renewal = answer("Your-IP 10.106.1.4", ACK, ROUTES, TIME);

  it("are leases with their address, time, size and routes, in their order", () => {
    const routes = ["169.254.169.254/32 via 10.106.1.200", "10.200.0.0/24 via 10.106.1.2", "0.0.0.0/0 via 10.106.1.1"];
    const lease = { address: "10.106.1.4", seconds: 40, bytes: 22, routes };
    expect(acksOf(renewal)).toEqual([lease]);
    expect(acksOf(renewal + renewal.replace(": 40", ": 41"))).toEqual([lease, { ...lease, seconds: 41 }]);
  });

  it("are none where they refuse, offer, or answer a DHCPINFORM", () => {
    const others = ["NACK", "Offer"].map((kind) => renewal.replace("ACK", kind));
    expect(acksOf(others.join("") + answer(ACK, ROUTES))).toEqual([]);
    expect(acksOf("")).toEqual([]);
  });

  it("are wrong without option 121", () => {
    expect(() => acksOf(answer("Your-IP 10.106.1.4", ACK, TIME))).toThrow("A lease without option 121");
  });
});
