import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { SqlJournal } from "../../src/adapters/journal/sql-journal.ts";
import type { EmbeddedStorage } from "../../src/adapters/storage/embedded-storage.ts";
import { canonical } from "../../src/domain/canonical.ts";
import { whyBroken } from "../../src/domain/chain.ts";
import type { Draft, Fact } from "../../src/domain/event.ts";
import { OPENED_WITHIN_MS, openScratch } from "../fakes/scratch-storage.ts";
import { describeJournal, openedOf, seen } from "./journal.ts";

jest.setTimeout(OPENED_WITHIN_MS);

let storage: EmbeddedStorage;

beforeAll(async () => {
  storage = await openScratch();
});

afterAll(() => storage.close());

beforeEach(async () => {
  await storage.database.query("DROP SCHEMA IF EXISTS greenlight CASCADE");
});

describeJournal({ name: "journal on the embedded storage", open, beside: open });

test.each([
  "UPDATE greenlight.event SET body = ''",
  "DELETE FROM greenlight.event",
  "TRUNCATE greenlight.event",
])("what is kept can't be changed: %s", async (statement) => {
  const journal = await open();
  await journal.append(seen(1));
  await expect(storage.database.query(statement)).rejects.toThrow("append-only");
  expect(await journal.read("application-shop")).toHaveLength(1);
});

test("what guards it is made again where it is gone, and left alone where it is there", async () => {
  const { database } = storage;
  const madeBy = async () => {
    const text = "SELECT xmin::text FROM pg_trigger WHERE tgname = 'event_append_only'";
    return (await database.query(text)).rows;
  };
  const journal = await open();
  await journal.append(seen(1));
  const made = await madeBy();
  await open();
  expect(await madeBy()).toEqual(made);
  const guard = "TRIGGER event_append_only";
  for (const gone of [
    `ALTER TABLE greenlight.event DISABLE ${guard}`,
    `DROP ${guard} ON greenlight.event`,
  ]) {
    await database.query(gone);
    await open();
    await expect(database.query("DELETE FROM greenlight.event")).rejects.toThrow("append-only");
  }
});

test("what is kept is canonical text, byte for byte", async () => {
  const journal = await open();
  const events = [await journal.append(seen(1)), await journal.append(seen(2))];
  const { lines } = await journal.lines(0, 10);
  expect(lines).toEqual(events.map(canonical));
});

test("what follows a record that is not there is not kept, nor anything that goes with it", async () => {
  const journal = await open();
  const draft = (fact: Fact, id = "op1"): Draft => ({ ...fact, stream: id, epoch: 1, at: 9 });
  const after = { seq: 5, hash: "f".repeat(64) };
  const refused = (one: Draft) => expect(journal.append(one, { after })).rejects.toThrow("is gone");
  await refused(draft(openedOf("op1")));
  expect(await journal.operations({ limit: 5 })).toEqual([]);
  await journal.append(draft(openedOf("op1")));
  await refused(draft({ type: "operation.ended", outcome: "succeeded" }));
  expect(await journal.openOperations()).toEqual(["op1"]);
  await refused(draft({ type: "operation.held", number: 1, reason: "so" }));
  expect((await journal.follow(0, 9)).events).toHaveLength(2);
});

test("two processes on one database keep one chain", async () => {
  const [one, other] = [await open(), await open()];
  for (const replicas of [1, 2, 3]) {
    await one.append(seen(replicas));
    await other.append(seen(replicas));
  }
  const events = await one.read("application-shop");
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(whyBroken(events, sha256)).toEqual([]);
});

test("who listens hears of what was kept, in its order, until it stops", async () => {
  const journal = await open();
  const heard: number[] = [];
  const stop = journal.onAppend(({ seq }) => heard.push(seq));
  await Promise.all([1, 2, 3].map((replicas) => journal.append(seen(replicas))));
  stop();
  await journal.append(seen(4));
  expect(heard).toEqual([1, 2, 3]);
});

test("a statement inside a transaction, asked of the database, belongs to it", async () => {
  await open();
  const { database } = storage;
  const count = async () => (await database.query("SELECT 1 FROM greenlight.note")).rowCount;
  await database.query("CREATE TABLE greenlight.note (text text)");
  const failing = database.transaction(async (sql) => {
    await sql.query("INSERT INTO greenlight.note VALUES ($1)", ["one"]);
    await database.query("INSERT INTO greenlight.note VALUES ($1)", ["two"]);
    expect(await count()).toBe(2);
    throw new Error("changed our mind");
  });
  const beside = database.query("INSERT INTO greenlight.note VALUES ($1)", ["three"]);
  await expect(failing).rejects.toThrow("changed our mind");
  await beside;
  expect(await count()).toBe(1);
});

async function open(): Promise<SqlJournal> {
  const clock = new SystemClock();
  return await SqlJournal.open({ sql: storage.database, digest: sha256, clock });
}
