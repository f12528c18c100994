import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { longStep } from "../longStep";
import { cacheDir, stateDir } from "../paths";
import { progress, run, stop } from "../shell";
import { etc, once, password } from "./configs";
import { release } from "./environment";
import { killMarked } from "./host";
import { startService, waitForAnswer } from "./running";
import { serviceEnv } from "./services";

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

const client = ["--no-defaults", "-uroot", `--socket=${stateDir}/db.sock`];
const inLab = (command: readonly string[], log = "database", input?: string) =>
  run(command[0]!, command.slice(1), { env: serviceEnv, log, input });

/** Starts MariaDB on a data folder of the lab's own and fills it, from a dump where there is one. */
export async function prepareDatabase(): Promise<void> {
  const data = path.join(stateDir, "db");
  await once("database-folder", async () => {
    killMarked(/mariadb/);
    fs.rmSync(data, { recursive: true, force: true });
    const options = [`--datadir=${data}`, "--user=root", "--auth-root-authentication-method=normal", "--skip-test-db"];
    await inLab(["mariadb-install-db", "--no-defaults", ...options]);
  });
  startService("mariadb");
  await waitForAnswer("mariadb");
  await once("schemas", loadSchemas);
}

async function loadSchemas(): Promise<void> {
  // Those of an `up` that was killed may still be at it.
  killMarked(/-manage |mariadb(-dump)? --no-defaults/);
  // Keystone would believe its cache about records that are gone; and without a cache its bootstrap fails.
  await stop("memcached");
  startService("memcached");
  await waitForAnswer("memcached");
  const create = databases.map((name) => `drop database if exists ${name}; create database ${name};`);
  const grants = databases.map((name) => `grant all on ${name}.* to os@'%' identified by '${password}';`);
  await inLab(["mariadb", ...client], "database", [...create, ...grants].join("\n"));

  // The records hold nothing of the checkout's path, so one dump serves all checkouts.
  const made = JSON.stringify([release, migrations]).replaceAll(stateDir, "");
  const digest = crypto.createHash("sha256").update(made).digest("hex").slice(0, 16);
  const dump = path.join(cacheDir, `schema-${digest}.sql`);
  if (fs.existsSync(dump)) {
    await inLab(["sh", "-c", 'exec mariadb "$@" <"$0"', dump, ...client]);
    progress("schemas loaded from the cached dump");
    return;
  }
  await longStep("schemas are made; the next lab loads a dump instead", () =>
    Promise.all(
      migrations.map(async (lane, index) => {
        for (const command of lane) await inLab(command, `migrations-${index}`);
      }),
    ),
  );
  fs.mkdirSync(cacheDir, { recursive: true });
  await inLab(["mariadb-dump", ...client, `--result-file=${dump}.new`, "--databases", ...databases]);
  fs.renameSync(`${dump}.new`, dump);
}
