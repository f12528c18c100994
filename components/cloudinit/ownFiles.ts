import * as yaml from "yaml";
import { Artifact, artifactsOf, controlPlaneUpstream, workerUpstream } from "../kubernetes/artifacts";
import { ETCD_DATA, PKI, pki } from "../kubernetes/flags/paths";
import { Problem } from "../settings/problem";
import { CNI_CONF_DIR, CNI_TEMPLATE } from "./containerd";
import { UserDataSpec } from "./nodeUserData";

/** What a node gets from the program, beside the operator's extra files. */
export interface Own {
  /** Files that its user-data writes, programs that it fetches, and what is made of them at boot. */
  paths: ReadonlySet<string>;
  /** Folders of which all is the program's. */
  folders: readonly string[];
}

/** On no node (docs/decisions/0034-least-rights-on-the-control-plane.md), and so in nobody's file either. */
const AUTHORITY_KEYS = ["ca", "etcd-ca", "front-proxy-ca"].map((name) => pki(`${name}.key`));

/** Where the program has a folder to itself, it bears its name. */
const OWN_FOLDER = /^.*?\/hostroute(?=\/)/;

/** Read off the user-data itself, rendered without extra files: what it will write cannot be missing from the list. */
function ownOf(
  userData: string,
  artifacts: readonly Artifact[],
  made: readonly string[],
  folders: readonly string[],
): Own {
  const { write_files: files } = yaml.parse(userData) as { write_files: { path: string }[] };
  const paths = [
    ...files.map(({ path }) => path),
    ...artifacts.flatMap(({ install }) => Object.keys(install)),
    ...made,
  ];
  const named = paths.flatMap((path) => OWN_FOLDER.exec(path)?.[0] ?? []);
  return { paths: new Set(paths), folders: [...new Set([...named, ...folders])] };
}

/** What a control-plane node has, by its user-data without extra files. */
export const controlPlaneOwn = (spec: UserDataSpec, userData: string): Own =>
  ownOf(
    userData,
    artifactsOf(controlPlaneUpstream(spec.release, spec.artifacts), spec.artifacts),
    [],
    [PKI, ETCD_DATA],
  );

/** What a worker has, by its user-data without extra files. containerd takes the first configuration in its CNI folder. */
export const workerOwn = (spec: UserDataSpec, userData: string): Own =>
  ownOf(
    userData,
    artifactsOf(workerUpstream(spec.release, spec.artifacts), spec.artifacts),
    [...AUTHORITY_KEYS, ...(spec.cri ? [CNI_TEMPLATE] : [])],
    spec.cri ? [CNI_CONF_DIR] : [],
  );

/** Extra files that would take the place of what the program puts on the node. cloud-init writes them last, so they would win. */
export function overOwn(key: string, files: readonly { path: string }[], { paths, folders }: Own): Problem[] {
  return files.flatMap(({ path }, i) => {
    const problem = paths.has(path)
      ? "is a file or a program of the program's own on the node"
      : folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
        ? "lies in a folder that the program has to itself"
        : [...paths].some((own) => own.startsWith(`${path}/`))
          ? "is a folder of the program's files"
          : [...paths].some((own) => path.startsWith(`${own}/`))
            ? "lies below a file of the program's own"
            : undefined;
    if (!problem) return [];
    const remedy = path.startsWith("/etc/systemd/")
      ? "Choose another path; for settings of a unit, a drop-in: /etc/systemd/system/<unit>.d/<name>.conf."
      : `Choose another path. Keys and certificates in ${PKI}, units, flags and programs follow from the other keys.`;
    return [{ key: `${key}[${i}].path`, value: path, problem, remedy }];
  });
}
