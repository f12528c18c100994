import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { pem } from "../../../components/cloudinit/placeholders";
import { Props, secret, text } from "../../../lab/plugins/protocol/values";

/** Names the file with what Kubernetes would say of its nodes. */
export const OBSERVED = "HOSTROUTE_INSTANT_OBSERVED";

/** What a dynamic provider's check finds out of a cluster that runs as it should: a preview knows it, too. */
export function checkedInputs(type: string, inputs: Props): Props {
  switch (type) {
    case "pulumi-nodejs:dynamic/machines:FailedServers":
      return { ...inputs, replaced: {} };
    case "pulumi-nodejs:dynamic/machines:EtcdBegun":
      return { ...inputs, begun: false, restores: 0, abandoned: [] };
    case "pulumi-nodejs:dynamic/machines:OnlyServer":
      return { ...inputs, last: "", handOver: "", handOvers: 0 };
    default:
      return inputs;
  }
}

/**
 * A resource's state, from its inputs as they came: with what a provider would add that the program reads. Keys and certificates are as long as real
 * ones, and of a server's user-data a digest is kept, as Terraform does.
 */
export function outputsOf(type: string, name: string, inputs: Props): Props {
  return { ...inputs, ...added(type, name, inputs) };
}

function added(type: string, name: string, inputs: Props): Props {
  switch (type) {
    case "tls:index/privateKey:PrivateKey":
      return {
        privateKeyPem: secret(pem("EC PRIVATE KEY", `${name}.key`, 231)),
        publicKeyPem: pem("PUBLIC KEY", name, 178),
      };
    case "tls:index/certRequest:CertRequest":
      return { certRequestPem: pem("CERTIFICATE REQUEST", `${name}.csr`, 500) };
    case "tls:index/selfSignedCert:SelfSignedCert":
    case "tls:index/locallySignedCert:LocallySignedCert":
      return { certPem: pem("CERTIFICATE", `${name}.crt`, 700) };
    case "openstack:compute/instance:Instance":
      return { userData: secret(createHash("sha1").update(text(inputs.userData)).digest("hex")) };
    case "command:local:Command":
      // The one that waits for nodes prints what they report. The others have nothing to say that the program reads.
      return { stdout: secret(name.endsWith("-nodes") ? printed() : ""), stderr: "" };
    case "pulumi-nodejs:dynamic/network:HostRoutes":
    case "pulumi-nodejs:dynamic/network:RouterRoutes":
      return { kept: [], restored: [], restoredAt: 0 };
    default:
      return {};
  }
}

/** What a function gives. Only commands are called: images and networks are named by what has no need to be looked up. */
export function resultOf(token: string): Props {
  if (token !== "command:local:run") throw new Error(`Nobody answers ${token} at once`);
  return { stdout: printed() };
}

const printed = () => fs.readFileSync(process.env[OBSERVED]!, "utf8");
