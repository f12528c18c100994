import { PKI } from "../../components/kubernetes/flags/paths";
import { onControlPlane } from "../support/asNode";

describe("the control plane's programs", () => {
  const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];

  test("run as users of their own, without capabilities", async () => {
    for (const program of PROGRAMS) {
      const pid = (await onControlPlane(`systemctl show --value -p MainPID ${program}`)).trim();
      const status = await onControlPlane(`ps -o user:32= -p ${pid}; grep -E '^Cap(Eff|Bnd)' /proc/${pid}/status`);
      expect([program, ...status.trim().split(/\s+/)]).toEqual([
        ...[program, program],
        ...["CapEff:", "0".repeat(16), "CapBnd:", "0".repeat(16)],
      ]);
    }
  });

  test("read their own keys and not each other's, nor does anybody else", async () => {
    const readable = async (user: string) => {
      const list = `ls ${PKI}/*.key /etc/kubernetes/encryption.yaml`;
      const said = await onControlPlane(
        `for f in $(${list}); do runuser -u ${user} -- test -r $f && echo $f; done; true`,
      );
      return said
        .split("\n")
        .filter(Boolean)
        .map((file) => file.replace(/^.*\//, ""))
        .sort();
    };
    const keys = (...names: string[]) => names.map((name) => `${name}.key`);
    expect(await readable("etcd")).toEqual(keys("etcd"));
    expect(await readable("kube-apiserver")).toEqual(
      [
        ...keys("apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client"),
        ...["encryption.yaml", "service-account.key"],
      ].sort(),
    );
    expect(await readable("kube-controller-manager")).toEqual(keys("controller-manager", "service-account"));
    expect(await readable("kube-scheduler")).toEqual(keys("scheduler"));
    expect(await readable("nobody")).toEqual([]);
  });

  test("own their folders: the store, and the audit log", async () => {
    const owners = await onControlPlane("stat -c '%U %a %n' /var/lib/etcd; stat -c '%U %n' /var/log/kubernetes");
    expect(owners.trim().split("\n")).toEqual(["etcd 700 /var/lib/etcd", "kube-apiserver /var/log/kubernetes"]);
  });

  test("sit beside no authority's key, whatever its name", async () => {
    const authorities = await onControlPlane(
      `for f in ${PKI}/*ca.crt; do openssl x509 -in $f -noout -pubkey | sha256sum; done 2>/dev/null | sort -u`,
    );
    const held = await onControlPlane(
      `for f in ${PKI}/*.key; do openssl pkey -in $f -pubout | sha256sum; done 2>/dev/null | sort -u`,
    );
    const lines = (text: string) => text.trim().split("\n").filter(Boolean);
    expect(lines(authorities)).toHaveLength(3);
    expect(lines(held).length).toBeGreaterThanOrEqual(8);
    expect(lines(held).filter((digest) => lines(authorities).includes(digest))).toEqual([]);
    const names = await onControlPlane(`find / -xdev -name '*ca.key' 2>/dev/null; true`);
    expect(names.trim()).toBe("");
  });
});
