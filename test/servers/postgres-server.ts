import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PostgresPlace } from "../../src/adapters/storage/postgres-place.ts";
import { freePort } from "./free-port.ts";
import { HOST, PostgresServer } from "./postgres.ts";
import { giveAway, runAsOwner } from "./postgres-program.ts";

/** One PostgreSQL server on loopback, in a scratch directory, for what Greenlight itself keeps. */
export async function startPostgresServer() {
  const directory = await mkdtemp(join(tmpdir(), "greenlight-postgres-"));
  const [data, secret] = [join(directory, "data"), join(directory, "password")];
  await mkdir(data, { mode: 0o700 });
  await writeFile(secret, PASSWORD);
  await giveAway(directory);
  const access = ["-U", ROLE, "-A", "scram-sha-256", "--pwfile", secret, "--no-sync"];
  await runAsOwner("initdb", ["-D", data, ...access, "-E", "UTF8", "--locale", "C"]);
  const login = { user: ROLE, password: PASSWORD, database: "postgres" };
  const args = ["-h", HOST, "-k", "", "-c", "fsync=off"];
  const server = new PostgresServer(data, await freePort(), { args, login });
  await server.start();
  const place: PostgresPlace = { address: server.address, ...login };
  return {
    place,
    process: server,
    start: () => server.start(),
    /** Asks it anything. */
    ask: (text: string) => server.sql(text),
    async close() {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

export type JournalServer = Awaited<ReturnType<typeof startPostgresServer>>;

const ROLE = "greenlight";
const PASSWORD = "a password of the tests";
