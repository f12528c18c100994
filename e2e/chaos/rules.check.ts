import { victims } from "../support/chaos/back";
import { shell } from "../support/chaos/guest";
import { suffer } from "../support/chaos/suffer";
import { inPod, toolPods } from "../support/kube";

const worker = () => victims().worker;
const controlPlane = () => victims().controlPlane;
const on = (command: string) => shell(worker().instanceId, command);

/** firewalld does it when it starts, and operators do. What the kernel has then, in lines. */
const FLUSH = "nft flush ruleset; nft list ruleset | wc -l";

test("a worker's whole ruleset is flushed", async () => {
  await suffer({
    node: worker(),
    name: "ruleset flushed",
    begin: async () => expect((await on(FLUSH)).trim()).toBe("0"),
  });
});

test("the control plane's whole ruleset is flushed", async () => {
  await suffer({
    node: controlPlane(),
    name: "ruleset flushed",
    begin: async () => expect((await shell(controlPlane().instanceId, FLUSH)).trim()).toBe("0"),
  });
});

test("a worker forwards nothing by policy, as Docker's and firewalld's images have it", async () => {
  await suffer({
    node: worker(),
    name: "FORWARD policy DROP",
    begin: () => on("iptables -w -P FORWARD DROP"),
  });
  // Still: the node is back in spite of it.
  try {
    expect(await on("iptables -w -S FORWARD | head -n 1")).toBe("-P FORWARD DROP\n");
  } finally {
    await on("iptables -w -P FORWARD ACCEPT");
  }
});

test("a worker's bridge is deleted: the pods that were on it are reached again, the same ones", async () => {
  const own = async () => (await toolPods()).find(({ node }) => node === worker().name);
  const before = await own();
  await suffer({
    node: worker(),
    name: "cbr0 deleted",
    begin: () => on("ip link delete cbr0"),
  });
  expect(await own()).toEqual(before);
  expect(await inPod(before!, "echo", "here")).toBe("here\n");
});
