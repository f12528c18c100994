/**
 * SHA-256 of upstream release files (linux/amd64) by URL without scheme, for the default versions.
 * Copied from tables that others keep and generate from the sums published beside each file: kubernetes/kops
 * pkg/assets/assetdata and kubernetes-sigs/kubespray roles/kubespray_defaults/vars/main/checksums.yml; where both have
 * an entry, they agree. Anything else goes into the configuration: `artifacts.sha256`.
 */
export const pinnedDigests: Readonly<Record<string, string>> = {
  "dl.k8s.io/release/v1.34.1/bin/linux/amd64/kube-apiserver":
    "a170577ea20f8c37a522114a259c36ec4ed397482d8f282c265248dedf2216c3",
  "dl.k8s.io/release/v1.34.1/bin/linux/amd64/kube-controller-manager":
    "91b7aa8c599f93515f347d3ee7fb12229a40db0ca02da3e7c5dc96fbca3ad2f3",
  "dl.k8s.io/release/v1.34.1/bin/linux/amd64/kube-scheduler":
    "460f5bc48ef176c82fea3592f66ba71ae5bda376f93d86f7fe44fc4759ac577b",
  "dl.k8s.io/release/v1.34.1/bin/linux/amd64/kube-proxy":
    "1b1e7d07f45825fc62888913f906bb519d7a08d0323dea94b959579a81d3e139",
  "dl.k8s.io/release/v1.34.1/bin/linux/amd64/kubelet":
    "5a72c596c253ea0b0e5bcc6f29903fd41d1d542a7cadf3700c165a2a041a8d82",
  "dl.k8s.io/release/v1.34.1/bin/linux/amd64/kubectl":
    "7721f265e18709862655affba5343e85e1980639395d5754473dafaadcaa69e3",
  "dl.k8s.io/release/v1.34.1/bin/linux/amd64/kubeadm":
    "20654fd7c5155057af5c30b86c52c9ba169db6229eee6ac7abab4309df4172e7",
  "github.com/etcd-io/etcd/releases/download/v3.6.5/etcd-v3.6.5-linux-amd64.tar.gz":
    "66bad39ed920f6fc15fd74adcb8bfd38ba9a6412f8c7852d09eb11670e88cac3",
  "github.com/containerd/containerd/releases/download/v2.1.4/containerd-2.1.4-linux-amd64.tar.gz":
    "316d510a0428276d931023f72c09fdff1a6ba81d6cc36f31805fea6a3c88f515",
  "github.com/opencontainers/runc/releases/download/v1.3.3/runc.amd64":
    "8781ab9f71c12f314d21c8e85f13ca1a82d90cf475aa5131a7b543fcc5487543",
  "github.com/containernetworking/plugins/releases/download/v1.8.0/cni-plugins-linux-amd64-v1.8.0.tgz":
    "ab3bda535f9d90766cccc90d3dddb5482003dd744d7f22bcf98186bf8eea8be6",
};
