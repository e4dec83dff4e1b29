import { afterAll, afterEach, beforeAll, jest } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { SqlReports } from "../../src/adapters/report/sql-reports.ts";
import { PostgresStorage } from "../../src/adapters/storage/postgres-storage.ts";
import { type JournalServer, startPostgresServer } from "../servers/postgres-server.ts";
import { describeReports } from "./reports.ts";

jest.setTimeout(60_000);

let server: JournalServer;
let storage: PostgresStorage;

beforeAll(async () => {
  server = await startPostgresServer();
});

afterAll(() => server.close());

afterEach(() => storage.close());

describeReports("reports on a PostgreSQL server", async () => {
  const options = { place: server.place, clock: new SystemClock(), onError: () => undefined };
  storage = await PostgresStorage.open(options);
  await storage.query("DROP SCHEMA IF EXISTS greenlight CASCADE");
  return await SqlReports.open(storage);
});
