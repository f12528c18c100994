import { Cluster } from "../../../components/cluster";
import { asNeutron } from "../../../components/network/hostRoutes/table";
import { loadConfig } from "../../../config";
import { fewDiagnostics } from "../../../diagnostics";

fewDiagnostics();

/** A program for the engine: a whole cluster as index.ts has it, where whoever is asked answers at once that all is as the plan has it. */
export = async () => {
  const spec = await loadConfig();
  const cluster = new Cluster(spec.clusterName, {
    spec,
    readCloud: () => Promise.resolve(undefined),
    readHostRoutes: () => Promise.resolve(asNeutron(spec.hostRoutes)),
    readHosts: (ids) => Promise.resolve([...ids]),
    // A new cluster, at each update: no server waits for another one.
    readServers: () => Promise.resolve(new Set<string>()),
    readRunning: () => Promise.resolve(undefined),
    readEnded: () => Promise.resolve(undefined),
    readMembers: () => Promise.resolve([]),
  });
  const { networkId, subnetId, apiEndpoint, nodes, routes, caCertificate } = cluster;
  const { kubeconfig, recovery, keys, observedRoutes } = cluster;
  return { networkId, subnetId, apiEndpoint, nodes, routes, caCertificate, kubeconfig, recovery, keys, observedRoutes };
};
