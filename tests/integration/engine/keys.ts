import * as pulumi from "@pulumi/pulumi";
import { Gate } from "../../../components/gate";
import { ClusterIdentity } from "../../../components/identity";
import { readEnded } from "../../../components/objects/running/outputs";
import { encrypted } from "../../../components/objects/secrets";
import { Pki } from "../../../components/pki";
import { FIRST, same } from "../../../components/settings/generations";
import { ClusterSpec } from "../../../components/settings/resolve";
import { loadConfig } from "../../../config";

/** A program for the engine: of a cluster, what decides about its keys, and what is made of them. It needs no cloud. */
class Keys extends pulumi.ComponentResource {
  readonly pki: Pki;
  readonly keys: pulumi.Output<unknown>;

  constructor(spec: ClusterSpec) {
    const gate = new Gate();
    const { clusterName, serviceCidr, clusterDomain, certificates: validity, keys } = spec;
    super("hostroute:index:Cluster", clusterName, {}, gate.behind());
    const child = { parent: this };
    const { given } = gate.open(new ClusterIdentity(clusterName, spec, Promise.resolve(undefined), readEnded(), child));
    const names = { serviceCidr, clusterDomain, apiAddresses: [], apiNames: [] };
    this.pki = new Pki(clusterName, { ...names, validity, given, keys }, child);
    // As objects/clusterObjects.ts has it: the kubeconfig is nobody's, and kubectl the test's.
    const { used } = keys.encryption;
    const done = same(keys.encryption, FIRST)
      ? []
      : [encrypted(clusterName, { kubeconfig: "none", used, restores: 0 }, child).id];
    this.keys = pulumi.all(done).apply(() => keys);
  }
}

export = async () => {
  const { pki, keys } = new Keys(await loadConfig());
  return { recovery: pki.recovery, keys, caCertificate: pki.ca };
};
