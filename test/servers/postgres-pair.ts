import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/runtime/package-root.ts";
import { freePort } from "./free-port.ts";
import { DATABASE, HOST, PostgresServer } from "./postgres.ts";
import { findPostgres, giveAway, runAsOwner } from "./postgres-program.ts";

const SQL = join(packageRoot(), "runbooks/data-postgres.sql");
/** Of the role that the driver connects as. */
export const PASSWORD = "greenlight-password";

export interface PostgresPair {
  readonly primary: PostgresServer;
  /** Streams from the primary, through a port that tests may put themselves into. */
  readonly standby: PostgresServer;
  close(): Promise<void>;
}

/** Makes one pair, from which each test gets a copy of its own: that takes a second, not five. */
export class PostgresTemplate {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(): Promise<PostgresTemplate> {
    findPostgres("postgres");
    const directory = await mkdtemp(join(tmpdir(), "greenlight-postgres-"));
    const template = new PostgresTemplate(directory);
    try {
      await giveAway(directory);
      await template.#make();
    } catch (error) {
      await template.close();
      throw error;
    }
    return template;
  }

  /** `sourcePort`: where the standby finds its primary; its own port if absent. */
  async start(sourcePort?: (primaryPort: number) => Promise<number>): Promise<PostgresPair> {
    const directory = await mkdtemp(join(tmpdir(), "greenlight-postgres-"));
    await cp(this.#directory, directory, { recursive: true });
    await giveAway(directory);
    const primary = new PostgresServer(join(directory, "primary"), await freePort());
    const port = (await sourcePort?.(primary.port)) ?? primary.port;
    const source = `primary_conninfo=host=${HOST} port=${port} user=postgres application_name=green`;
    const args = ["-c", source];
    const standby = new PostgresServer(join(directory, "standby"), await freePort(), { args });
    const close = async () => {
      await Promise.allSettled([primary.close(), standby.close()]);
      await rm(directory, { recursive: true, force: true });
    };
    try {
      await Promise.all([primary.start(), standby.start()]);
    } catch (error) {
      await close();
      throw error;
    }
    return { primary, standby, close };
  }

  async close(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #make(): Promise<void> {
    const primary = join(this.#directory, "primary");
    const trust = [
      "-A",
      "trust",
      "-U",
      "postgres",
      "--wal-segsize=1",
      "--locale=C.UTF-8",
      "--no-sync",
    ];
    await runAsOwner("initdb", ["-D", primary, ...trust]);
    await appendFile(join(primary, "postgresql.conf"), CONF);
    await writeFile(join(primary, "pg_hba.conf"), HBA);
    const server = new PostgresServer(primary, await freePort());
    await server.start();
    try {
      await server.sql(`create database ${DATABASE}`, { database: "postgres" });
      await server.sql(await readFile(SQL, "utf8"));
      await server.sql(`alter role greenlight password '${PASSWORD}'`);
      await server.sql(
        "create table orders (id text primary key, position bigint generated always as identity); create role app login; grant all on orders to app; grant select on orders to greenlight",
      );
      const from = ["-h", HOST, "-p", String(server.port), "-U", "postgres", "--no-sync"];
      await runAsOwner("pg_basebackup", [
        "-D",
        join(this.#directory, "standby"),
        "-R",
        "-c",
        "fast",
        ...from,
      ]);
    } finally {
      await server.close();
    }
  }
}

const CONF = `listen_addresses = '${HOST}'
unix_socket_directories = ''
fsync = off
shared_buffers = 16MB
max_connections = 40
max_prepared_transactions = 5
wal_keep_size = 64MB
wal_log_hints = on
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 100ms
logging_collector = off`;

const HBA = `host replication postgres ${HOST}/32 trust
host all greenlight ${HOST}/32 scram-sha-256
host all all ${HOST}/32 trust`;
