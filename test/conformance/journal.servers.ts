import { afterAll, describe, expect, jest, test } from "@jest/globals";
import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { createSqlBookmark } from "../../src/adapters/journal/sql-bookmark.ts";
import type { SqlJournal } from "../../src/adapters/journal/sql-journal.ts";
import { whyBroken } from "../../src/domain/chain.ts";
import { eventually } from "../fakes/until.ts";
import { journalsOnPostgres } from "../servers/postgres-journals.ts";
import { describeJournal, seen } from "./journal.ts";

jest.setTimeout(60_000);

const on = journalsOnPostgres();
const { clock, connect, open, close } = on;

describeJournal({ name: "journal on a PostgreSQL server", open, beside: open, close });

describe("on a PostgreSQL server", () => {
  afterAll(close);

  test("processes that start at once on an empty database make its tables once", async () => {
    const journals = await Promise.all(Array.from({ length: 6 }, () => open()));
    for (const journal of journals) expect(await journal.head()).toBe(0);
    await close();
  });

  test("a server that is killed costs the appends until it is back, and nothing that was kept", async () => {
    const journal = await open();
    await journal.append(seen(1));
    await on.server.process.kill();
    await expect(journal.append(seen(2))).rejects.toMatchObject(AWAY);
    await expect(journal.read("application-shop")).rejects.toMatchObject(AWAY);
    await on.server.start();
    const kept = () =>
      journal.append(seen(3)).then(
        () => true,
        () => false,
      );
    await eventually(kept, { withinMs: 10_000 });
    const events = await journal.read("application-shop");
    expect(events).toMatchObject([{ replicas: 1 }, { replicas: 3 }]);
    expect(whyBroken(events, sha256)).toEqual([]);
  });

  test("a server that is killed under many appends keeps what it has acknowledged, in one chain", async () => {
    const [one, other] = [await open(), await open()];
    const acknowledged: string[] = [];
    let isOver = false;
    const write = async (journal: SqlJournal) => {
      while (!isOver) {
        const kept = await journal.append(seen(2)).catch(() => undefined);
        if (kept) acknowledged.push(kept.hash);
        else await clock.sleep(10, new AbortController().signal);
      }
    };
    const writers = Promise.all([one, one, other, other].map(write));
    for (let round = 1; round <= 3; round += 1) {
      const before = acknowledged.length;
      await eventually(() => acknowledged.length > before + 20, { withinMs: 20_000 });
      await on.server.process.kill();
      await on.server.start();
    }
    isOver = true;
    await writers;
    const events = await one.read("application-shop");
    expect(whyBroken(events, sha256)).toEqual([]);
    const kept = new Set(events.map(({ hash }) => hash));
    expect(acknowledged.filter((hash) => !kept.has(hash))).toEqual([]);
  });

  test("a hung server holds a call no longer than it may", async () => {
    const storage = await connect({ withinMs: 500 });
    on.server.process.hang();
    const startedMs = clock.monotonicMs();
    await expect(storage.query("SELECT 1", [])).rejects.toMatchObject(AWAY);
    await expect(storage.transaction((sql) => sql.query("SELECT 1"))).rejects.toMatchObject(AWAY);
    expect(clock.monotonicMs() - startedMs).toBeLessThan(5000);
    on.server.process.wake();
    const answers = () =>
      storage.query("SELECT 1").then(
        () => true,
        () => false,
      );
    await eventually(answers, { withinMs: 10_000 });
  });

  test("a connection that is lost is told once, with no more than why", async () => {
    const lost: Error[] = [];
    const storage = await connect({ onError: (error) => lost.push(error) });
    const asked = [1, 2, 3].map(() => storage.query("SELECT pg_sleep(0.2)"));
    await Promise.all(asked);
    const used = storage.query("SELECT pg_sleep(60)");
    await eventually(() => isAsking("pg_sleep(60)"), { withinMs: 5_000 });
    await on.server.process.kill();
    await expect(used).rejects.toMatchObject(AWAY);
    await eventually(() => lost.length >= 3, { withinMs: 5_000 });
    await storage.close();
    expect(lost.map((error) => Object.keys(error))).toEqual([[], [], []]);
    for (const error of lost) expect(error.message).toMatch(/\w/);
    await on.server.start();
  });

  test("a statement inside a transaction, asked of the storage, belongs to it", async () => {
    const storage = await connect();
    await storage.query("CREATE SCHEMA greenlight; CREATE TABLE greenlight.note (text text)");
    const count = async () => (await storage.query("SELECT 1 FROM greenlight.note")).rowCount;
    const failing = storage.transaction(async (sql) => {
      await sql.query("INSERT INTO greenlight.note VALUES ($1)", ["one"]);
      await storage.query("INSERT INTO greenlight.note VALUES ($1)", ["two"]);
      expect(await count()).toBe(2);
      throw new Error("changed our mind");
    });
    await expect(failing).rejects.toThrow("changed our mind");
    expect(await count()).toBe(0);
    const numbered = await storage.transaction(async (sql) => {
      await sql.query("INSERT INTO greenlight.note VALUES ($1)", ["three"]);
      return (await sql.query("SELECT 1; SELECT count(*) AS n FROM greenlight.note")).rows;
    });
    expect(numbered).toEqual([{ n: "1" }]);
  });

  test("what the server refuses is named by its SQLSTATE and the constraint", async () => {
    const storage = await connect();
    await expect(storage.query("SELECT nothing")).rejects.toMatchObject({
      name: "SqlError",
      code: "42703",
    });
  });

  test("a bookmark is where it was left", async () => {
    await open();
    const bookmark = createSqlBookmark("reader", await connect());
    expect(await bookmark.read()).toBeUndefined();
    for (const position of [3, 7]) await bookmark.keep({ position, state: { a: [1, null] } });
    expect(await bookmark.read()).toEqual({ position: 7, state: { a: [1, null] } });
  });

  test("a wrong password and a server that is away are told, without the password", async () => {
    const wrong = connect({ place: { ...on.server.place, password: "not the password" } });
    await expect(wrong).rejects.toMatchObject(AWAY);
    await expect(wrong).rejects.not.toThrow("not the password");
    const away = connect({ place: { ...on.server.place, address: "127.0.0.1:1" } });
    await expect(away).rejects.toThrow(/127\.0\.0\.1:1, database postgres: .*ECONNREFUSED/);
  });
});

const AWAY = { code: "GL_STORAGE_AWAY" };

async function isAsking(text: string): Promise<boolean> {
  const rows = await on.server.ask("SELECT query FROM pg_stat_activity");
  return rows.some((row) => row["query"] === `SELECT ${text}`);
}
