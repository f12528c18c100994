import { WORKER_PORTS } from "../../components/kubernetes/ownPorts";
import { documentsOf } from "../cloudinit/documents";
import { missing, Place, POD, PodWire } from "./podWire";

const NODE = "10.106.1.2";
const OWN_PORTS = Object.values(WORKER_PORTS);
const API = "10.106.1.250";

const lack = missing();
if (lack !== undefined) {
  it.skip(`a worker with its pods and its subnet: ${lack}`, () => undefined);
} else {
  describe("a worker with its pods and its subnet", () => {
    const wire = new PodWire(documentsOf({ network: { nonMasqueradeCidrs: ["10.106.1.249/32"] } }).worker);
    beforeAll(() => wire.start(), 30_000);
    afterAll(() => wire.end());

    it.each<[string, string, string]>([
      ["another worker", "10.106.1.3", `nodes ${POD}`],
      ["a worker that does not exist yet", "10.106.1.199", `nodes ${POD}`],
      ["the control plane", API, `nodes ${POD}`],
      ["its own node", NODE, `node ${POD}`],
      ["the router", "10.106.1.1", `others ${NODE}`],
      ["Neutron's DHCP port", "10.106.1.200", `others ${NODE}`],
    ])("shows a pod to %s as it is known there", (_who, address, answer) => {
      expect(wire.ask("pod", address, 53)).toBe(answer);
    });

    it("shows a pod by its own address to whom the operator lists, and gets no answer from who cannot send one", () => {
      expect(wire.ask("pod", "10.106.1.249", 53)).toBe("timed out");
      wire.in("others", "ip", "route", "add", "10.200.0.0/24", "via", NODE);
      expect(wire.ask("pod", "10.106.1.249", 53)).toBe(`others ${POD}`);
      wire.in("others", "ip", "route", "del", "10.200.0.0/24");
    });

    it("has a gateway whose MAC stays, whatever ports come and go", () => {
      const mac = () => wire.in("node", "cat", "/sys/class/net/cbr0/address").trim();
      expect(mac()).toBe("0a:58:0a:c8:00:01");
      // Lower than any other: what a bridge left to itself would take for its own.
      wire.in(
        "node",
        "ip",
        "link",
        "add",
        "low",
        "address",
        "02:00:00:00:00:01",
        "type",
        "veth",
        "peer",
        "name",
        "other",
      );
      wire.in("node", "ip", "link", "set", "low", "master", "cbr0", "up");
      expect(mac()).toBe("0a:58:0a:c8:00:01");
      wire.in("node", "ip", "link", "del", "low");
      expect(mac()).toBe("0a:58:0a:c8:00:01");
    });

    describe("with Services on the ports of nodes, as kube-proxy writes them", () => {
      const dnat = "-p tcp -j DNAT --to-destination";
      beforeAll(() => {
        const taken = [3080, ...OWN_PORTS].map(
          (port) => `-A KUBE-NODEPORTS -p tcp --dport ${port} -j DNAT --to-destination ${POD}:8080`,
        );
        wire.kubeProxy(
          [
            // externalIPs
            `-A KUBE-SERVICES -d ${API}/32 -p tcp --dport 6443 -j DNAT --to-destination ${POD}:8080`,
            `-A KUBE-SERVICES -d 10.106.1.3/32 -p tcp --dport 10250 -j DNAT --to-destination ${POD}:8080`,
            `-A KUBE-SERVICES -d 10.106.1.3/32 -p tcp --dport 80 -j DNAT --to-destination ${POD}:8080`,
            // A Service that leads to kubelets, as those for monitoring do.
            `-A KUBE-SERVICES -d 10.32.0.50/32 ${dnat} ${NODE}:10250`,
            "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS",
            ...taken,
          ].join("\n"),
        );
      });

      const askers: [Place, string][] = [
        ["others", NODE],
        ["nodes", NODE],
        ["pod", NODE],
        ["pod", "10.200.0.1"],
        ["node", NODE],
        ["node", "127.0.0.1"],
      ];
      it.each(askers)("the node itself answers %s at %s on its own ports", (from, address) => {
        const answers = wire.askAll(
          from,
          OWN_PORTS.map((port) => `${address}:${port}`),
        );
        expect(answers.map((answer) => answer.split(" ")[0])).toEqual(OWN_PORTS.map(() => "node"));
      });

      it("a NodePort leads to its Service all the same, from wherever one asks", () => {
        for (const from of ["others", "nodes", "node"] as const) expect(wire.ask(from, NODE, 3080)).toMatch(/^pod /);
        expect(wire.ask("node", "10.106.1.3", 80)).toMatch(/^pod /);
      });

      it.each<[string, string, number]>([
        ["the API", API, 6443],
        ["another node's kubelet", "10.106.1.3", 10250],
      ])("node and pod reach %s where it is", (_what, address, port) => {
        expect(wire.ask("node", address, port)).toBe(`nodes ${NODE}`);
        expect(wire.ask("pod", address, port)).toBe(`nodes ${POD}`);
      });

      it("a Service that leads to the node's own kubelet works for the node's own pods", () => {
        expect(wire.ask("pod", "10.32.0.50", 443)).toBe(`node ${POD}`);
      });

      it("an answer to a connection that was masqueraded to such a port finds its pod", () => {
        expect(wire.ask("pod", "10.106.1.200", 53, WORKER_PORTS.kubelet)).toBe(`others ${NODE}`);
      });
    });
  });
}
