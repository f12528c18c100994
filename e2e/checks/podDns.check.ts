import { inGuest } from "../../lab/guest";
import { outsideName, publicNetwork } from "../../lab/openstack";
import { waitFor } from "../../lab/shell";
import { gatewayAddress, workers } from "../support/cloud";
import { inPod, kubectl, Pod, toolPods } from "../support/kube";

let pods: Pod[];
beforeAll(async () => {
  pods = await toolPods();
}, 240_000);

/** All that a shell in a pod prints, whether it succeeds or not; never nothing. */
const said = (pod: Pod, command: string) => inPod(pod, "sh", "-c", `${command} 2>&1; echo "exit $?"`);
/** One question, without the search list, of a certain server if told. */
const ask = (pod: Pod, name: string, server = "") => said(pod, `timeout 5 nslookup ${name}. ${server}`);

test("the cluster's name servers are on two nodes", async () => {
  const nodes = ["-o", "jsonpath={.items[*].spec.nodeName}"];
  const found = await kubectl(["get", "pods", "-n", "kube-system", "-l", "k8s-app=kube-dns", ...nodes]);
  expect(new Set(found.trim().split(" ")).size).toBe(2);
});

describe("names in pods", () => {
  test("one of the world outside is found as programs look names up, search list and all", async () => {
    for (const pod of pods) expect(await said(pod, `podtool get http://${outsideName}:8080/v2/`)).toContain("exit 0");
  });

  test("one that nobody has is said not to exist, at once", async () => {
    for (const pod of pods) expect(await ask(pod, "nowhere.example")).toContain("NXDOMAIN");
  });

  test("the name server that DHCP names answers every pod", async () => {
    for (const pod of pods) expect(await ask(pod, outsideName, publicNetwork.gateway)).toContain(publicNetwork.gateway);
  });

  test("what is in the node subnet and no node answers every pod, as a name server there would", async () => {
    for (const pod of pods) expect(await said(pod, `ping -c 2 ${await gatewayAddress()}`)).toContain("exit 0");
  });

  test("only the cluster's domains are searched, none of the node's", async () => {
    for (const pod of pods) {
      const search = /^search (.*)$/m.exec(await inPod(pod, "cat", "/etc/resolv.conf"))?.[1];
      expect(search?.trim().split(" ")).toEqual(["default.svc.cluster.local", "svc.cluster.local", "cluster.local"]);
    }
  });
});

describe("name servers that a node hands on to pods", () => {
  const HANDED_ON = "/etc/hostroute/resolv.conf";
  const read = (instanceId: string, file: string) => inGuest(instanceId, ["cat", file]);

  test("are the node's own, and nothing but name servers", async () => {
    for (const { instanceId } of workers()) {
      const own = (await read(instanceId, "/etc/resolv.conf"))
        .split("\n")
        .filter((line) => line.startsWith("nameserver"));
      expect(own).not.toEqual([]);
      expect(await read(instanceId, HANDED_ON)).toBe(`${own.join("\n")}\n`);
    }
  });

  test("follow what a DHCP client writes", async () => {
    const { instanceId } = workers()[0]!;
    const before = await read(instanceId, "/etc/resolv.conf");
    // As dhclient-script does it: a new file in the place of the old one.
    const replace = (text: string) =>
      inGuest(instanceId, ["sh", "-c", "cat >/etc/resolv.conf.new && mv /etc/resolv.conf.new /etc/resolv.conf"], {
        input: text,
      });
    const handedOn = (text: string) =>
      waitFor("the new name servers", async () => (await read(instanceId, HANDED_ON)) === text, 10_000);
    try {
      await replace("search check.example\nnameserver 192.0.2.53\n");
      await handedOn("nameserver 192.0.2.53\n");
    } finally {
      await replace(before);
    }
    await handedOn(before.replace(/^(?!nameserver).*\n/gm, ""));
  });
});
