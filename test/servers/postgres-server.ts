import { spawnSync } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { PostgresPlace } from "../../src/adapters/storage/postgres-place.ts";
import { eventually } from "../fakes/until.ts";
import { findFreePort } from "../integration/named-server.ts";
import { findProgram, Restartable } from "./restartable.ts";

/** One PostgreSQL server on loopback, in a scratch directory. */
export async function startPostgresServer() {
  const install = "apt-get install -y postgresql";
  const binary = findProgram("postgres", install);
  const user = userOf();
  const port = await findFreePort();
  const directory = await mkdtemp(join(tmpdir(), "postgres-"));
  const [data, secret] = [join(directory, "data"), join(directory, "password")];
  await mkdir(data);
  await writeFile(secret, PASSWORD);
  for (const path of [directory, data, secret])
    if (user.uid !== undefined && user.gid !== undefined) await chown(path, user.uid, user.gid);
  await chmod(data, 0o700);
  const initdb = ["-D", data, "-U", ROLE, "-A", "scram-sha-256", "--pwfile", secret, "--no-sync"];
  run(findProgram("initdb", install), [...initdb, "-E", "UTF8", "--locale", "C"], user);
  const own = new Restartable(
    binary,
    ["-D", data, "-p", `${port}`, "-h", "127.0.0.1", "-k", "", "-c", "fsync=off"],
    user,
  );
  const place: PostgresPlace = {
    address: `127.0.0.1:${port}`,
    database: "postgres",
    user: ROLE,
    password: PASSWORD,
  };
  const start = async () => {
    own.start();
    const asked = async () => {
      // What a kill left behind goes away by itself, but not at once.
      if (hasEnded(own)) own.start();
      return await query(port, "SELECT 1").then(
        () => true,
        () => false,
      );
    };
    await eventually(asked, { withinMs: 30_000, everyMs: 50 });
  };
  await start();
  return {
    place,
    process: own,
    start,
    /** Asks it anything. */
    ask: (text: string) => query(port, text),
    async close() {
      await own.kill("SIGQUIT");
      await rm(directory, { recursive: true });
    },
  };
}

export type PostgresServer = Awaited<ReturnType<typeof startPostgresServer>>;

const ROLE = "greenlight";
const PASSWORD = "a password of the tests";

function hasEnded(server: Restartable): boolean {
  try {
    server.throwIfEnded();
    return false;
  } catch {
    return true;
  }
}

async function query(port: number, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: ROLE,
    password: PASSWORD,
    database: "postgres",
    connectionTimeoutMillis: 3000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** PostgreSQL does not run as root. */
function userOf(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(run("id", [flag, "postgres"], {}).trim());
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function run(program: string, args: readonly string[], user: { uid?: number; gid?: number }) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", ...user });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  return stdout;
}
