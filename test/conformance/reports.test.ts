import { afterAll, beforeAll, jest } from "@jest/globals";
import { SqlReports } from "../../src/adapters/report/sql-reports.ts";
import type { EmbeddedStorage } from "../../src/adapters/storage/embedded-storage.ts";
import { MemoryReports } from "../fakes/memory-reports.ts";
import { OPENED_WITHIN_MS, openScratch } from "../fakes/scratch-storage.ts";
import { describeReports } from "./reports.ts";

jest.setTimeout(OPENED_WITHIN_MS);

let storage: EmbeddedStorage;

beforeAll(async () => {
  storage = await openScratch();
});

afterAll(() => storage.close());

describeReports("reports in memory", async () => new MemoryReports());
describeReports("reports on the embedded storage", async () => {
  await storage.database.query("DROP SCHEMA IF EXISTS greenlight CASCADE");
  return await SqlReports.open(storage.database);
});
