import { decodeOption121, leasedOption121 } from "../../../e2e/support/lease";

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
