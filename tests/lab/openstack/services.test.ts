import { serviceEnv, services } from "../../../lab/openstack/services";

const ports = Object.entries(services).flatMap(([name, { command }]) => {
  const text = command.join(" ");
  const found = /--http-socket 127\.0\.0\.1:(\d+)|--remote=ptcp:(\d+):127\.0\.0\.1|--port=(\d+)/.exec(text)?.slice(1);
  return (found ?? []).filter(Boolean).map((port) => [Number(port), name] as const);
});

it("listens on each port once, and only on this machine", () => {
  expect(ports.length).toBeGreaterThan(9);
  expect(new Map(ports).size).toBe(ports.length);
  for (const { command } of Object.values(services)) expect(command.join(" ")).not.toContain("0.0.0.0");
});

it("looks for no two services at one place", () => {
  const places = Object.values(services).flatMap(({ probe }) => {
    if (typeof probe === "string" || "socket" in probe) return [];
    return [`${probe.address ?? "127.0.0.1"}:${"http" in probe ? probe.http : probe.port}`];
  });
  expect(places.length).toBeGreaterThan(15);
  expect(new Set(places).size).toBe(places.length);
});

it("looks for each service where it was told to listen", () => {
  for (const [port, name] of ports) {
    const { probe } = services[name]!;
    const looked =
      typeof probe === "string" || "socket" in probe ? undefined : "http" in probe ? probe.http : probe.port;
    expect([name, looked]).toEqual([name, port]);
  }
});

it("finds OVN's controller by its process, which names its socket", () => {
  const { probe } = services["ovn-controller"]!;
  if (typeof probe === "string" || !("socket" in probe) || typeof probe.socket === "string")
    throw new Error("another kind of probe");
  expect(probe.socket(4711)).toBe(`${serviceEnv.OVN_RUNDIR}/ovn-controller.4711.ctl`);
});

it("has the mark of the lab and nothing of the caller's in every environment", () => {
  const system = "PATH HOME TMPDIR LANG".split(" ");
  const own = "OVS_RUNDIR OVN_RUNDIR OVS_LOGDIR OVN_LOGDIR HOSTROUTE_LAB SPT_NOENV".split(" ");
  expect(Object.keys(serviceEnv).sort()).toEqual([...system, ...own].sort());
  for (const { env = {} } of Object.values(services)) expect(env).not.toHaveProperty("HOSTROUTE_LAB");
});
