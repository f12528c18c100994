import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { controlPlane, list, outputs, workers } from "../support/cloud";
import { inPod, kubectl, peerSeen, Pod, toolPods } from "../support/kube";
import {
  admitToNodePorts,
  closeOutside,
  floatingIpOf,
  fromOutside,
  openOutside,
  outsideAddress,
  outsideUrl,
  routerAddress,
} from "../support/outside";

let pods: Pod[];
const pairs = () => pods.flatMap((from) => pods.filter((to) => to.node !== from.node).map((to) => [from, to] as const));
const nodeOf = (pod: Pod) => workers().find(({ name }) => name === pod.node)!;
const curl = (instanceId: string, url: string, ...more: string[]) =>
  inGuest(instanceId, ["curl", "-s", "-m", "5", ...more, url]);

/** What Neutron says of the nodes' network: on most clouds less than 1500, because of the tunnel between hypervisors. */
async function networkMtu(): Promise<number> {
  const [network] = await list<{ mtu: number }>("network", `/v2.0/networks?id=${outputs().networkId}`, "networks");
  return network!.mtu;
}

beforeAll(async () => {
  pods = await toolPods();
}, 240_000);

describe("the cluster that boots", () => {
  test("every worker is Ready, with the podCIDR of the plan", async () => {
    const { items } = JSON.parse(await kubectl(["get", "nodes", "-o", "json"])) as {
      items: {
        metadata: { name: string };
        spec: { podCIDR: string };
        status: { conditions: { type: string; status: string }[] };
      }[];
    };
    const found = items.map(({ metadata, spec, status }) => [
      metadata.name,
      spec.podCIDR,
      status.conditions.find(({ type }) => type === "Ready")?.status,
    ]);
    expect(found.sort()).toEqual(workers().map(({ name, podCidr }) => [name, podCidr, "True"]));
    expect(outputs().observedRoutes).toEqual(workers().map(({ address, podCidr }) => ({ address, podCidr })));
  });

  test("the bridge of every worker has the first address of its podCIDR", async () => {
    for (const { instanceId, podCidr } of workers()) {
      expect(await inGuest(instanceId, ["ip", "-4", "-o", "address", "show", "dev", "cbr0"])).toContain(
        podCidr!.replace("0/24", "1/24"),
      );
    }
  });
});

describe("pods reach each other over the host routes alone", () => {
  test("every pair, both ways, with the pod's own address at the receiver", async () => {
    expect(pods).toHaveLength(workers().length);
    for (const [from, to] of pairs()) {
      expect(await peerSeen(inPod(from, "/bin/podtool", "get", `http://${to.address}:8080/`))).toBe(from.address);
    }
  });

  test("through exactly the two nodes: two hops fewer at the receiver", async () => {
    const [from, to] = pairs()[0]!;
    expect(await inPod(from, "ping", "-c", "2", to.address)).toContain("ttl=62");
  });

  test("no node has a tunnel device", async () => {
    for (const { instanceId } of outputs().nodes) {
      const links = JSON.parse(await inGuest(instanceId, ["ip", "-d", "-j", "link"])) as {
        linkinfo?: { info_kind?: string };
      }[];
      const kinds = links.map(({ linkinfo }) => linkinfo?.info_kind ?? "");
      expect(kinds.filter((kind) => /vxlan|geneve|gre|ipip|sit|wireguard|tun/.test(kind))).toEqual([]);
    }
  });

  test("a packet of the whole MTU passes unfragmented, and one byte more does not", async () => {
    const [from, to] = pairs()[0]!;
    const mtu = await networkMtu();
    const send = (bytes: number) => inPod(from, "/bin/podtool", "send", to.address, "8080", String(bytes));
    expect(await send(mtu)).toContain(from.address);
    await expect(send(mtu + 1)).rejects.toThrow();
  });

  test("10 MiB by TCP, whose packets are never fragmented", async () => {
    for (const [from, to] of pairs()) {
      const fetched = await inPod(from, "sh", "-c", `podtool get http://${to.address}:8080/bytes/10485760 | wc -c`);
      expect(Number(fetched)).toBe(10_485_760);
    }
  });

  test("node to pod, pod to node, control plane to pod", async () => {
    for (const [from, to] of pairs()) {
      expect(await peerSeen(curl(nodeOf(from).instanceId, `http://${to.address}:8080/`))).toBe(nodeOf(from).address);
      expect(await inPod(from, "ping", "-c", "1", nodeOf(to).address)).toContain("1 packets received");
    }
    for (const to of pods) {
      expect(await peerSeen(curl(controlPlane().instanceId, `http://${to.address}:8080/`))).toBe(
        controlPlane().address,
      );
    }
  });
});

describe("services", () => {
  test("by ClusterIP and by name", async () => {
    const address = await kubectl(["get", "service", "tools", "-o", "jsonpath={.spec.clusterIP}"]);
    for (const from of pods) {
      expect(await inPod(from, "/bin/podtool", "get", `http://${address}/`)).toContain("tools-");
      expect(await inPod(from, "/bin/podtool", "get", "http://tools.default.svc.cluster.local/")).toContain("tools-");
      expect(await inPod(from, "nslookup", "tools.default.svc.cluster.local")).toContain(address);
    }
  });

  test("by NodePort 3080 on every worker", async () => {
    for (const { address } of workers())
      expect(await curl(controlPlane().instanceId, `http://${address}:3080/`)).toContain("tools-");
  });
});

describe("the world outside of the cluster", () => {
  let floatingIp: string;

  beforeAll(async () => {
    await openOutside();
    floatingIp = await floatingIpOf(pods[0]!.node);
  }, 120_000);
  afterAll(closeOutside, 60_000);

  /** A pod asks the server out there: the source of its packets as they leave the node, and as the server sees it. */
  async function askedBy(pod: Pod) {
    const capture = ["timeout", "10", "tcpdump", "-nli", "eth0", "-c", "1", "dst", outsideAddress];
    const ask = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return peerSeen(inPod(pod, "/bin/podtool", "get", outsideUrl));
    };
    const [captured, seen] = await Promise.all([inGuest(nodeOf(pod).instanceId, capture, { timeout: 20_000 }), ask()]);
    return { leaves: /IP ([\d.]+)\.\d+ >/.exec(captured)?.[1], seen };
  }

  test("a pod has its node's address there: the node's floating IP, or else the router's", async () => {
    const [one, other] = pods as [Pod, Pod];
    expect(await askedBy(one)).toEqual({ leaves: nodeOf(one).address, seen: floatingIp });
    expect(await askedBy(other)).toEqual({ leaves: nodeOf(other).address, seen: await routerAddress() });
  });

  test("NodePort 3080 is closed to it, and answers once access.nodePorts admits it", async () => {
    const ask = () => fromOutside("curl", "-sS", "-m", "3", `http://${floatingIp}:3080/`);
    await expect(ask()).rejects.toThrow("curl: (28)"); // no answer at all: dropped
    await admitToNodePorts();
    expect(await waitFor("the NodePort", ask, 30_000, 500)).toContain("tools-");
  });
});

describe("what must not be possible", () => {
  test("a pod reads no metadata, although its node does", async () => {
    const [pod] = pods as [Pod];
    expect(await curl(nodeOf(pod).instanceId, "http://169.254.169.254/openstack/")).toContain("latest");
    await expect(
      inPod(pod, "timeout", "5", "/bin/podtool", "get", "http://169.254.169.254/openstack/"),
    ).rejects.toThrow();
  });

  test("plain HTTP to the API, on either port", async () => {
    const { instanceId, address } = controlPlane();
    expect(await curl(instanceId, `http://${address}:6443/api`)).toContain("HTTP request to an HTTPS server");
    await expect(curl(instanceId, `http://${address}:8080/api`)).rejects.toThrow();
  });

  test("an unauthenticated request, but for the health probes", async () => {
    const { instanceId, address } = controlPlane();
    const status = (path: string) =>
      curl(instanceId, `https://${address}:6443${path}`, "-k", "-o", "/dev/null", "-w", "%{http_code}");
    expect([await status("/api/v1/nodes"), await status("/readyz")]).toEqual(["401", "200"]);
  });

  test("one kubelet's certificate changing another node", async () => {
    const [one, other] = workers() as [ReturnType<typeof workers>[number], ReturnType<typeof workers>[number]];
    const patch = (node: string) =>
      curl(
        one.instanceId,
        `https://${controlPlane().address}:6443/api/v1/nodes/${node}`,
        "--cacert",
        "/etc/kubernetes/pki/ca.crt",
        "--cert",
        "/etc/kubernetes/pki/kubelet.crt",
        "--key",
        "/etc/kubernetes/pki/kubelet.key",
        "-X",
        "PATCH",
        "-H",
        "Content-Type: application/merge-patch+json",
        "-d",
        '{"metadata":{"annotations":{"check":"1"}}}',
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
      );
    expect([await patch(one.name), await patch(other.name)]).toEqual(["200", "403"]);
  });
});

describe("what comes back by itself", () => {
  test("the whole cluster after a reboot of the control plane", async () => {
    await inGuest(controlPlane().instanceId, ["systemctl", "reboot"]).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await waitFor("the API", async () => (await kubectl(["get", "--raw", "/readyz"])) === "ok", 180_000, 2_000);
    await waitFor(
      "Ready nodes",
      async () => (await kubectl(["get", "nodes", "--no-headers"])).match(/ Ready /g)?.length === workers().length,
      120_000,
      2_000,
    );
  });
});
