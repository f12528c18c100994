import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "yaml";
import { findCredentials } from "../../components/openstack/credentials";

jest.mock("node:os", () => {
  const real = jest.requireActual<typeof os>("node:os");
  return { ...real, homedir: jest.fn(() => "/nowhere") };
});

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const lookup = (values: Record<string, string>) => (name: string) => values[name];
/** Writes a clouds.yaml and gives the variable that points to it. */
const cloudsFile = (clouds: unknown, name = "clouds.yaml") => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, yaml.stringify(clouds));
  return file;
};
const find = (config: Record<string, string>, env: Record<string, string>) =>
  JSON.parse(JSON.stringify(findCredentials(lookup(config), lookup(env)))) as Record<string, unknown>;

const CLOUDS = {
  clouds: {
    lab: {
      region_name: "RegionOne",
      interface: "internal",
      verify: false,
      cacert: "/etc/ssl/lab.pem",
      auth: {
        auth_url: "http://lab:5000/v3/",
        username: "demo",
        project_name: "demo",
        user_domain_name: "Default",
        project_domain_id: "default",
      },
    },
  },
};

it("reads OS_* of the environment", () => {
  const env = {
    OS_AUTH_URL: "http://cloud:5000/",
    OS_USERNAME: "demo",
    OS_PASSWORD: "secret",
    OS_TENANT_NAME: "demo",
    OS_DOMAIN_NAME: "people",
    OS_REGION_NAME: "one",
    OS_ENDPOINT_TYPE: "admin",
    OS_CACERT: "/ca.pem",
    OS_INSECURE: "true",
  };
  expect(find({}, env)).toEqual({
    authUrl: "http://cloud:5000",
    username: "demo",
    password: "secret",
    projectName: "demo",
    userDomainName: "people",
    projectDomainName: "people",
    region: "one",
    interface: "admin",
    caFile: "/ca.pem",
    insecure: true,
  });
});

it("reads an application credential", () => {
  const env = {
    OS_AUTH_URL: "http://cloud:5000",
    OS_APPLICATION_CREDENTIAL_ID: "id",
    OS_APPLICATION_CREDENTIAL_NAME: "name",
    OS_APPLICATION_CREDENTIAL_SECRET: "secret",
  };
  expect(find({}, env)).toEqual({
    authUrl: "http://cloud:5000",
    applicationCredentialId: "id",
    applicationCredentialName: "name",
    applicationCredentialSecret: "secret",
    interface: "public",
    insecure: false,
  });
});

it("reads the named cloud of clouds.yaml, with secure.yaml over it", () => {
  const env = {
    OS_CLOUD: "lab",
    OS_CLIENT_CONFIG_FILE: cloudsFile(CLOUDS),
    OS_CLIENT_SECURE_FILE: cloudsFile({ clouds: { lab: { auth: { password: "secret" } } } }, "secure.yaml"),
  };
  expect(find({}, env)).toEqual({
    authUrl: "http://lab:5000/v3",
    username: "demo",
    password: "secret",
    projectName: "demo",
    userDomainName: "Default",
    projectDomainId: "default",
    region: "RegionOne",
    interface: "internal",
    caFile: "/etc/ssl/lab.pem",
    insecure: true,
  });
});

it("lets openstack: configuration go before the environment, and that before clouds.yaml", () => {
  const env = {
    OS_CLOUD: "none",
    OS_CLIENT_CONFIG_FILE: cloudsFile(CLOUDS),
    OS_USERNAME: "env",
    OS_USER_DOMAIN_NAME: "env",
    OS_REGION_NAME: "env",
    OS_PROJECT_NAME: "env",
    OS_INSECURE: "true",
  };
  const config = { cloud: "lab", userName: "config", region: "config", tenantName: "config", insecure: "false" };
  expect(find({ ...config, endpointType: "public" }, env)).toMatchObject({
    authUrl: "http://lab:5000/v3",
    username: "config",
    userDomainName: "env",
    projectDomainId: "default",
    region: "config",
    interface: "public",
    projectName: "config",
    insecure: false,
  });
});

it.each([
  ["publicURL", "True", "public", true],
  ["internal", "1", "internal", true],
  ["adminURL", "no", "admin", false],
])("reads the endpoint type %s and OS_INSECURE=%s", (endpoint, insecure, asInterface, asInsecure) => {
  const env = { OS_AUTH_URL: "http://cloud:5000", OS_ENDPOINT_TYPE: endpoint, OS_INSECURE: insecure };
  expect(find({}, env)).toMatchObject({ interface: asInterface, insecure: asInsecure });
});

it("finds clouds.yaml where openstacksdk does: here, then at home", () => {
  const before = process.cwd();
  jest.mocked(os.homedir).mockReturnValue(folder);
  process.chdir(folder);
  try {
    fs.mkdirSync(path.join(folder, ".config/openstack"), { recursive: true });
    cloudsFile({ clouds: { lab: { auth: { auth_url: "http://home:5000" } } } }, ".config/openstack/clouds.yaml");
    expect(find({}, { OS_CLOUD: "lab" })).toMatchObject({ authUrl: "http://home:5000" });
    cloudsFile(CLOUDS);
    expect(find({}, { OS_CLOUD: "lab" })).toMatchObject({ authUrl: "http://lab:5000/v3" });
  } finally {
    process.chdir(before);
  }
});

it("says which cloud is missing, and where", () => {
  const file = cloudsFile(CLOUDS);
  const env = { OS_CLOUD: "prod", OS_CLIENT_CONFIG_FILE: file };
  expect(() => find({}, env)).toThrow(`No cloud prod in ${file}`);
  expect(() => find({}, { ...env, OS_CLIENT_CONFIG_FILE: "/none.yaml" })).toThrow("No cloud prod in any clouds.yaml");
  expect(() => find({}, { OS_CLOUD: "lab", OS_CLIENT_CONFIG_FILE: cloudsFile(null, "empty.yaml") })).toThrow(
    "No cloud lab",
  );
  expect(() => find({}, {})).toThrow("No OpenStack cloud: set OS_CLOUD, OS_AUTH_URL or openstack:cloud");
});

it("reads the process's own environment unless told otherwise", () => {
  process.env.OS_AUTH_URL = "http://own:5000";
  try {
    expect(findCredentials(() => undefined).authUrl).toBe("http://own:5000");
  } finally {
    delete process.env.OS_AUTH_URL;
  }
});
