import * as fs from "node:fs";
import * as path from "node:path";
import * as cache from "../build/cache";
import { longStep } from "../longStep";
import { cacheDir, stateDir } from "../paths";
import { run, stop } from "../shell";
import { catalog, credentials } from "./api";
import { etc, once, password } from "./configs";
import { release } from "./environment";
import { killMarked } from "./host";
import { startService, waitForAnswer } from "./running";
import { serviceEnv } from "./services";
import { prepareIdentity } from "./tenant";

const databases = ["keystone", "neutron", "glance", "placement", "nova", "nova_api", "nova_cell0", "octavia"];
const url = (name: string) => `mysql+pymysql://os:${password}@127.0.0.1:3306/${name}`;
const keystone = "http://127.0.0.1:5000/v3";

/** Schemas and first records. Neutron's migrations take as long as all the others together, so two lanes for two cores. */
const migrations: string[][][] = [
  [["neutron-db-manage", "--config-file", etc("neutron.conf"), "--config-file", etc("ml2.conf"), "upgrade", "heads"]],
  [
    ["keystone-manage", "--config-file", etc("keystone.conf"), "db_sync"],
    [
      ...["keystone-manage", "--config-file", etc("keystone.conf"), "bootstrap", "--bootstrap-password", password],
      ...["admin", "internal", "public"].flatMap((kind) => [`--bootstrap-${kind}-url`, keystone]),
      ...["--bootstrap-region-id", "RegionOne"],
    ],
    ["glance-manage", "--config-file", etc("glance-api.conf"), "db_sync"],
    ["placement-manage", "--config-file", etc("placement.conf"), "db", "sync"],
    ["nova-manage", "--config-file", etc("nova.conf"), "api_db", "sync"],
    [
      ...["nova-manage", "--config-file", etc("nova.conf"), "cell_v2", "map_cell0"],
      ...["--database_connection", url("nova_cell0")],
    ],
    ["nova-manage", "--config-file", etc("nova.conf"), "cell_v2", "create_cell", "--name", "cell1"],
    ["nova-manage", "--config-file", etc("nova.conf"), "db", "sync"],
    ["octavia-db-manage", "--config-file", etc("octavia.conf"), "upgrade", "head"],
  ],
];

const data = path.join(stateDir, "db");
const inLab = (command: readonly string[], log = "database", input?: string) =>
  run(command[0]!, command.slice(1), { env: serviceEnv, log, input });

/** Starts MariaDB on a data folder of the lab's own, which begins as a copy of one in the cache. */
export async function prepareDatabase(): Promise<void> {
  await once("database", async () => {
    // Those of an `up` that was killed may still be at it.
    killMarked(/-manage |mariadb/);
    // Keystone would believe its cache about records that are gone.
    await stop("memcached");
    fs.rmSync(data, { recursive: true, force: true });
    // The records hold nothing of the checkout's path, so one folder serves all checkouts.
    const version = await run("mariadbd", ["--version"], { env: serviceEnv });
    const decisive = JSON.stringify([release, migrations, catalog, credentials, version]);
    const name = `databases-${cache.digestOf(decisive.replaceAll(stateDir, ""), [])}`;
    const filled = await cache.once(path.join(cacheDir, name), async (temporary) => {
      await longStep("databases are made; the next lab copies them", fill);
      await copy(data, temporary);
      fs.rmSync(data, { recursive: true });
    });
    await copy(filled, data);
  });
  startService("mariadb");
  await waitForAnswer("mariadb");
}

const copy = (from: string, to: string) => inLab(["cp", "--archive", "--sparse=always", from, to]);

/** Makes the data folder with all schemas and first records, those of Keystone's users and catalog too. MariaDB has ended in good order afterwards. */
async function fill(): Promise<void> {
  const options = [`--datadir=${data}`, "--user=root", "--auth-root-authentication-method=normal", "--skip-test-db"];
  await inLab(["mariadb-install-db", "--no-defaults", ...options]);
  // Without a cache Keystone's bootstrap fails.
  ["mariadb", "memcached"].forEach(startService);
  await waitForAnswer("mariadb", "memcached");
  const create = databases.map((name) => `create database ${name}; grant all on ${name}.* to os@'%';`);
  const user = `create user os@'%' identified by '${password}';`;
  const client = ["mariadb", "--no-defaults", "-uroot", `--socket=${stateDir}/db.sock`];
  await inLab(client, "database", [user, ...create].join("\n"));
  await Promise.all(
    migrations.map(async (lane, index) => {
      for (const command of lane) await inLab(command, `migrations-${index}`);
    }),
  );
  startService("keystone");
  await waitForAnswer("keystone");
  await prepareIdentity();
  for (const name of ["keystone", "memcached"]) await stop(name);
  await stop("mariadb", 60_000);
}
