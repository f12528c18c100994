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
  /** Whether it certifies others. */
  ca?: boolean;
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
unique_subject = no
preserve = yes
[any]
commonName = supplied
organizationName = optional
`;

const IS_AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign";

/** Authorities and keys in a folder of a test's own. */
export class Issuer {
  constructor(private readonly folder: string) {
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "config"), CONFIG);
    fs.writeFileSync(path.join(folder, "index.txt"), "");
  }

  read = (file: string) => fs.readFileSync(this.file(file), "utf8");

  /** An authority's certificate, PEM. */
  authority(name: string): string {
    const request = ["req", "-x509", "-new", "-key", this.key(name), "-subj", `/CN=${name}`];
    return this.read(this.made(`${name}.crt`, (file) => [...request, "-out", file]));
  }

  /** A certificate for a key, PEM. */
  issue(key: string, { authority = "ca", subject, names, uses, ca, from = -1, to = 24 }: Certificate): string {
    const time = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
    const extensions = [names && `subjectAltName=${names}`, uses && `extendedKeyUsage=${uses}`, ca && IS_AUTHORITY];
    this.authority(authority);
    fs.writeFileSync(this.file("extensions"), extensions.filter(Boolean).join("\n"));
    const signer = ["-cert", `${authority}.crt`, "-keyfile", `${authority}.key`];
    const says = ["-subj", subject, "-extfile", "extensions", "-startdate", time(from), "-enddate", time(to)];
    const request = ["-in", this.request(key), "-out", "crt"];
    this.openssl("ca", "-batch", "-config", "config", "-notext", ...signer, ...says, ...request);
    return this.read("crt");
  }

  /** A certificate of an authority's for another one's key and name, PEM. */
  cross = (authority: string, by: string, change: Partial<Certificate> = {}): string => {
    this.authority(authority);
    return this.issue(authority, { subject: `/CN=${authority}`, authority: by, ca: true, ...change });
  };

  /** The file of a key, which is made where it is missing. */
  key = (name: string) =>
    this.made(`${name}.key`, (file) => ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file]);

  /** The file of a request with a key, once for all its certificates: each says anew what stands in it. */
  private request = (key: string) =>
    this.made(`${key}.csr`, (file) => ["req", "-new", "-key", this.key(key), "-subj", `/CN=${key}`, "-out", file]);

  private made(file: string, command: (file: string) => string[]): string {
    if (!fs.existsSync(this.file(file))) this.openssl(...command(file));
    return file;
  }

  private file = (name: string) => path.join(this.folder, name);

  private openssl(...args: string[]): void {
    execFileSync("openssl", args, { cwd: this.folder, stdio: ["ignore", "ignore", "pipe"] });
  }
}
