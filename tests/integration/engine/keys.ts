import * as pulumi from "@pulumi/pulumi";
import { Gate } from "../../../components/gate";
import { ClusterIdentity } from "../../../components/identity";
import { Pki } from "../../../components/pki";
import { loadConfig } from "../../../config";

/** A program for the engine: of a cluster, what decides about its keys, and what is made of them. It needs no cloud. */
class Keys extends pulumi.ComponentResource {
  readonly pki: Pki;

  constructor() {
    const gate = new Gate();
    const spec = loadConfig();
    const { clusterName, serviceCidr, clusterDomain, certificates: validity } = spec;
    super("hostroute:index:Cluster", clusterName, {}, gate.behind());
    const child = { parent: this };
    const { given } = gate.open(new ClusterIdentity(clusterName, spec, Promise.resolve(undefined), child));
    const names = { serviceCidr, clusterDomain, apiAddresses: [], apiNames: [] };
    this.pki = new Pki(clusterName, { ...names, validity, given }, child);
  }
}

const { pki } = new Keys();
export const recovery = pki.recovery;
export const caCertificate = pki.ca;
