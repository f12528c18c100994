import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** What a certificate says; what is not said is as the stack issues it. */
export interface Certificate {
  authority?: string;
  /** `/O=…/CN=…` */
  subject: string;
  /** As OpenSSL writes them: `DNS:…,IP:…`. */
  names?: string;
  uses?: string;
  /** In hours from now. */
  from?: number;
  to?: number;
}

/** Whether this machine can make such certificates: LibreSSL, as on macOS, cannot. */
export const canIssue = spawnSync("openssl", ["version"], { encoding: "utf8" }).stdout?.startsWith("OpenSSL 3");

const HOUR = 3_600_000;
const CONFIG = `[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
preserve = yes
[any]
commonName = supplied
organizationName = optional
`;

/** Authorities and keys in a folder of a test's own. */
export class Issuer {
  constructor(private readonly folder: string) {
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "config"), CONFIG);
    fs.writeFileSync(path.join(folder, "index.txt"), "");
  }

  read = (file: string) => fs.readFileSync(path.join(this.folder, file), "utf8");

  /** An authority's certificate, PEM. */
  authority(name: string): string {
    if (!fs.existsSync(path.join(this.folder, `${name}.crt`)))
      this.openssl("req", "-x509", "-new", "-key", this.key(name), "-subj", `/CN=${name}`, "-out", `${name}.crt`);
    return this.read(`${name}.crt`);
  }

  /** A certificate for a key, PEM. */
  issue(key: string, { authority = "ca", subject, names, uses, from = -1, to = 24 }: Certificate): string {
    const time = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
    const extensions = [names && `subjectAltName=${names}`, uses && `extendedKeyUsage=${uses}`];
    const added = extensions.flatMap((each) => (each ? ["-addext", each] : []));
    this.authority(authority);
    this.openssl("req", "-new", "-key", this.key(key), "-subj", subject, ...added, "-out", "csr");
    const signed = [
      "-cert",
      `${authority}.crt`,
      "-keyfile",
      `${authority}.key`,
      "-startdate",
      time(from),
      "-enddate",
      time(to),
    ];
    this.openssl("ca", "-batch", "-config", "config", "-notext", "-in", "csr", "-out", "crt", ...signed);
    return this.read("crt");
  }

  /** The file of a key, which is made where it is missing. */
  key(name: string): string {
    const file = `${name}.key`;
    if (!fs.existsSync(path.join(this.folder, file)))
      this.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file);
    return file;
  }

  private openssl(...args: string[]): void {
    execFileSync("openssl", args, { cwd: this.folder, stdio: ["ignore", "ignore", "pipe"] });
  }
}
