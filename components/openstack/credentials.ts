import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "yaml";

/** What it takes to talk to a cloud's APIs as a user or an application credential (Keystone v3). */
export interface Credentials {
  authUrl: string;
  region?: string | undefined;
  interface: string;
  token?: string | undefined;
  username?: string | undefined;
  userId?: string | undefined;
  password?: string | undefined;
  userDomainName?: string | undefined;
  userDomainId?: string | undefined;
  projectName?: string | undefined;
  projectId?: string | undefined;
  projectDomainName?: string | undefined;
  projectDomainId?: string | undefined;
  applicationCredentialId?: string | undefined;
  applicationCredentialName?: string | undefined;
  applicationCredentialSecret?: string | undefined;
  caFile?: string | undefined;
  insecure: boolean;
}

type Lookup = (name: string) => string | undefined;

/**
 * Finds credentials as the OpenStack provider does: its own configuration (`openstack:authUrl`, ...) first, then `OS_*`
 * of the environment, then the named cloud of clouds.yaml.
 * @param config reads a key of the `openstack:` configuration
 * @throws Error when no cloud is named anywhere, or the named one is in no clouds.yaml.
 */
export function findCredentials(config: Lookup, env: Lookup = (name) => process.env[name]): Credentials {
  const cloudName = config("cloud") ?? env("OS_CLOUD");
  const cloud = cloudName === undefined ? {} : readCloud(cloudName, env);
  const auth = (cloud.auth ?? {}) as Record<string, string | undefined>;
  const either = (key: string, variable: string, entry: string) => config(key) ?? env(variable) ?? auth[entry];
  const either2 = (key: string, variables: string[], entries: string[]) =>
    config(key) ?? variables.map(env).find(Boolean) ?? entries.map((entry) => auth[entry]).find(Boolean);

  const authUrl = either("authUrl", "OS_AUTH_URL", "auth_url");
  if (!authUrl) throw new Error("No OpenStack cloud: set OS_CLOUD, OS_AUTH_URL or openstack:cloud");
  const domain = either2("domainName", ["OS_DOMAIN_NAME", "OS_DEFAULT_DOMAIN"], ["domain_name"]);
  const domainId = either2("domainId", ["OS_DOMAIN_ID", "OS_DEFAULT_DOMAIN_ID"], ["domain_id"]);
  return {
    authUrl: authUrl.replace(/\/+$/, ""),
    region: config("region") ?? env("OS_REGION_NAME") ?? (cloud.region_name as string | undefined),
    // The older form is `publicURL`.
    interface: (
      config("endpointType") ??
      env("OS_INTERFACE") ??
      env("OS_ENDPOINT_TYPE") ??
      (cloud.interface as string | undefined) ??
      "public"
    ).replace(/URL$/, ""),
    token: either2("token", ["OS_TOKEN", "OS_AUTH_TOKEN"], ["token"]),
    username: either("userName", "OS_USERNAME", "username"),
    userId: either("userId", "OS_USER_ID", "user_id"),
    password: either("password", "OS_PASSWORD", "password"),
    userDomainName: either("userDomainName", "OS_USER_DOMAIN_NAME", "user_domain_name") ?? domain,
    userDomainId: either("userDomainId", "OS_USER_DOMAIN_ID", "user_domain_id") ?? domainId,
    projectName: either2("tenantName", ["OS_PROJECT_NAME", "OS_TENANT_NAME"], ["project_name", "tenant_name"]),
    projectId: either2("tenantId", ["OS_PROJECT_ID", "OS_TENANT_ID"], ["project_id", "tenant_id"]),
    projectDomainName: either("projectDomainName", "OS_PROJECT_DOMAIN_NAME", "project_domain_name") ?? domain,
    projectDomainId: either("projectDomainId", "OS_PROJECT_DOMAIN_ID", "project_domain_id") ?? domainId,
    applicationCredentialId: either(
      "applicationCredentialId",
      "OS_APPLICATION_CREDENTIAL_ID",
      "application_credential_id",
    ),
    applicationCredentialName: either(
      "applicationCredentialName",
      "OS_APPLICATION_CREDENTIAL_NAME",
      "application_credential_name",
    ),
    applicationCredentialSecret: either(
      "applicationCredentialSecret",
      "OS_APPLICATION_CREDENTIAL_SECRET",
      "application_credential_secret",
    ),
    caFile: config("cacertFile") ?? env("OS_CACERT") ?? (cloud.cacert as string | undefined),
    insecure: /^(true|1|yes)$/i.test(config("insecure") ?? env("OS_INSECURE") ?? String(cloud.verify === false)),
  };
}

type Cloud = Record<string, unknown>;

/** The cloud's entry in the first clouds.yaml there is, overlaid with the one in secure.yaml (openstacksdk's search path). */
function readCloud(name: string, env: Lookup): Cloud {
  const folders = [".", path.join(os.homedir(), ".config", "openstack"), "/etc/openstack"];
  const first = (file: string, explicit?: string) =>
    (explicit ? [explicit] : folders.map((folder) => path.join(folder, file))).find((candidate) =>
      fs.existsSync(candidate),
    );
  const entry = (file: string | undefined): Cloud => {
    if (!file) return {};
    const document = yaml.parse(fs.readFileSync(file, "utf8")) as { clouds?: Record<string, Cloud> } | null;
    return document?.clouds?.[name] ?? {};
  };
  const file = first("clouds.yaml", env("OS_CLIENT_CONFIG_FILE"));
  const open = entry(file);
  if (Object.keys(open).length === 0) throw new Error(`No cloud ${name} in ${file ?? "any clouds.yaml"}`);
  const secret = entry(first("secure.yaml", env("OS_CLIENT_SECURE_FILE")));
  return { ...open, ...secret, auth: { ...(open.auth as object), ...(secret.auth as object | undefined) } };
}
