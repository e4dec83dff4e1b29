import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync } from "node:fs";
import { environment } from "../../src/runtime/environment.ts";
import { giveAway, runAsOwner } from "../servers/postgres-program.ts";
import type { Stage } from "./stage.ts";

const NAME = "postgres";
const DATA = "/var/lib/postgresql/data";
const SOCKETS = "/var/run/postgresql";
const SCRIPT = "/docker-entrypoint-initdb.d/greenlight.sh";

/**
 * What the image of PostgreSQL does before the first start: a cluster with the administrator's
 * password, and then what people put into /docker-entrypoint-initdb.d, asked over the socket alone.
 */
export async function prepareDatabase(stage: Stage): Promise<void> {
  const { environment: env } = stage.service(NAME);
  const at = (path: string) => stage.pathOf(NAME, path);
  const password = stage.localise(NAME, env["POSTGRES_PASSWORD_FILE"] ?? "");
  await giveAway(at("/"));
  chmodSync(at(DATA), 0o700);
  const own = ["-D", at(DATA), "--username", "postgres", "--pwfile", password, "--no-sync"];
  const words = (env["POSTGRES_INITDB_ARGS"] ?? "").split(" ");
  await runAsOwner("initdb", [...own, ...words]);
  appendFileSync(`${at(DATA)}/pg_hba.conf`, "host all all all scram-sha-256\n");
  appendFileSync(`${at(DATA)}/postgresql.conf`, `unix_socket_directories = '${at(SOCKETS)}'\n`);
  const starting = ["-D", at(DATA), "-w", "-o", "-c listen_addresses="];
  await runAsOwner("pg_ctl", [...starting, "-l", `${at("/tmp")}/log`, "start"]);
  try {
    const { PATH = "" } = environment;
    const asking = { env: { PATH, PGHOST: at(SOCKETS) }, encoding: "utf8" } as const;
    const { status, stderr } = spawnSync(at(SCRIPT), [], asking);
    if (status !== 0) throw new Error(`${SCRIPT}: ${stderr}`);
  } finally {
    await runAsOwner("pg_ctl", ["-D", at(DATA), "-w", "-m", "fast", "stop"]);
  }
}
