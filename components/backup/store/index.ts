import * as pulumi from "@pulumi/pulumi";
import { fromGiven } from "../../given";
import { tempUrl } from "../tempUrl";
import { StoreInputs, StoreProvider, StoreState } from "./provider";

/** Where a cluster's snapshots of etcd are kept. */
export class SnapshotStore extends pulumi.dynamic.Resource {
  declare private readonly storageUrl: pulumi.Output<string>;
  declare private readonly container: pulumi.Output<string>;
  declare private readonly prefix: pulumi.Output<string>;
  declare private readonly key: pulumi.Output<string>;
  declare private readonly expires: pulumi.Output<number>;

  constructor(name: string, inputs: StoreInputs, opts?: pulumi.CustomResourceOptions) {
    const outputs: Omit<StoreState, keyof StoreInputs> | Record<string, undefined> = {
      storageUrl: undefined,
      key: undefined,
      expires: undefined,
    };
    super(
      new StoreProvider(),
      name,
      { ...inputs, ...outputs },
      { ...opts, additionalSecretOutputs: ["key"] },
      "backup",
      "SnapshotStore",
    );
  }

  /** A temporary URL for the cluster's folder; a secret. */
  url(method: "GET" | "PUT"): pulumi.Output<string> {
    return pulumi.secret(
      fromGiven(
        pulumi.all([this.storageUrl, this.container, this.prefix, this.key, this.expires]),
        ([storageUrl, container, prefix, key, expires]) =>
          tempUrl({ storageUrl, container, prefix, key, expires, method }),
      ),
    );
  }
}
