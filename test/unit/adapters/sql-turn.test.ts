import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { SqlJournal } from "../../../src/adapters/journal/sql-journal.ts";
import type { EmbeddedStorage } from "../../../src/adapters/storage/embedded-storage.ts";
import { createSqlTurn } from "../../../src/adapters/storage/sql-turn.ts";
import { OPENED_WITHIN_MS, openScratch } from "../../fakes/scratch-storage.ts";

let storage: EmbeddedStorage;
let sql: EmbeddedStorage["database"];

beforeAll(async () => {
  storage = await openScratch();
  sql = storage.database;
  // Whose tables it is in.
  await SqlJournal.open({ sql, digest: sha256, clock: new SystemClock() });
}, OPENED_WITHIN_MS);

afterAll(() => storage.close());

beforeEach(async () => {
  await sql.query("DELETE FROM greenlight.bookmark");
});

const turnOf = (holder: string, name = "teller") => createSqlTurn(name, { sql, holder });

/** As if so long had passed, by the database's own clock. */
async function pass(ms: number) {
  await sql.query("UPDATE greenlight.bookmark SET position = position - $1::bigint", [ms]);
}

test("of those who want it at once exactly one has it", async () => {
  const taken = await Promise.all(["a", "b", "c"].map((holder) => turnOf(holder).take()));
  expect(taken.filter(Boolean)).toHaveLength(1);
});

test("who asks again in time keeps it, however long", async () => {
  const [a, b] = [turnOf("a"), turnOf("b")];
  expect(await a.take()).toBe(true);
  for (let i = 0; i < 3; i += 1) {
    await pass(6_000);
    expect([await b.take(), await a.take()]).toEqual([false, true]);
  }
});

test("who does not ask in time loses it, and waits like anybody else when he is back", async () => {
  const [a, b] = [turnOf("a"), turnOf("b")];
  expect(await a.take()).toBe(true);
  await pass(11_000);
  expect(await b.take()).toBe(true);
  expect(await a.take()).toBe(false);
});

test("each turn is another one", async () => {
  expect(await turnOf("a").take()).toBe(true);
  expect(await turnOf("b", "notary").take()).toBe(true);
});
