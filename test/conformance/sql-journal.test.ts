import { afterAll, beforeAll } from "@jest/globals";
import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { SqlJournal } from "../../src/adapters/journal/sql-journal.ts";
import type { EmbeddedStorage } from "../../src/adapters/storage/embedded-storage.ts";
import { OPENED_WITHIN_MS, openScratch } from "../fakes/scratch-storage.ts";
import { describeJournal } from "./journal.ts";

let storage: EmbeddedStorage;

beforeAll(async () => {
  storage = await openScratch();
}, OPENED_WITHIN_MS);

afterAll(() => storage.close());

describeJournal({
  name: "journal on the embedded storage",
  open: async () => {
    await storage.database.query("DROP SCHEMA IF EXISTS greenlight CASCADE");
    return await SqlJournal.open(storage.database, sha256);
  },
});
