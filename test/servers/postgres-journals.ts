import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { SqlJournal } from "../../src/adapters/journal/sql-journal.ts";
import { PostgresStorage } from "../../src/adapters/storage/postgres-storage.ts";
import { type JournalServer, startPostgresServer } from "./postgres-server.ts";

type Options = Partial<Parameters<typeof PostgresStorage.open>[0]>;

/** A PostgreSQL server for a suite, empty before each test, and journals on it as processes have them. */
export function journalsOnPostgres() {
  const clock = new SystemClock();
  const storages: PostgresStorage[] = [];
  let server: JournalServer;

  beforeAll(async () => {
    server = await startPostgresServer();
  });

  afterAll(() => server.close());

  beforeEach(async () => {
    await server.ask("DROP SCHEMA IF EXISTS greenlight CASCADE");
  });

  const connect = async (other: Options = {}): Promise<PostgresStorage> => {
    const { place } = server;
    const given = { place, clock, onError: () => undefined, ...other };
    const storage = await PostgresStorage.open(given);
    storages.push(storage);
    return storage;
  };

  return {
    clock,
    get server() {
      return server;
    },
    connect,
    /** Of a process of its own. */
    open: async () => await SqlJournal.open({ sql: await connect(), digest: sha256, clock }),
    /** All that was opened. */
    close: async () => {
      await Promise.all(storages.splice(0).map((storage) => storage.close()));
    },
  };
}
