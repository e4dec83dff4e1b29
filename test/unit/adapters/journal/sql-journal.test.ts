import { expect, test } from "@jest/globals";
import { SystemClock } from "../../../../src/adapters/clock/system-clock.ts";
import { sha256 } from "../../../../src/adapters/digest/sha256.ts";
import { SqlJournal } from "../../../../src/adapters/journal/sql-journal.ts";
import { type Sql, SqlError } from "../../../../src/adapters/storage/sql.ts";
import { intended, reached } from "../../../fakes/spooling.ts";
import { eventually } from "../../../fakes/until.ts";

/** A database of nothing, which keeps in mind what it was to insert. */
class Statements implements Sql {
  readonly inserted: string[] = [];
  looks = 0;
  hung: Promise<void> | undefined;
  failure: unknown;

  async query(text: string, values?: readonly unknown[]) {
    if (text.startsWith("SELECT body")) this.looks += 1;
    if (text.startsWith("WITH turn")) {
      this.inserted.push(String(values?.[3]));
      await this.hung;
      if (this.failure !== undefined) throw this.failure;
    }
    return { rows: [], rowCount: 1 };
  }

  transaction<T>(task: (sql: Sql) => Promise<T>): Promise<T> {
    return task(this);
  }
}

async function open(sql: Statements): Promise<SqlJournal> {
  const journal = await SqlJournal.open({ sql, digest: sha256, clock: new SystemClock() });
  sql.inserted.length = 0;
  return journal;
}

test("what was given up behind one that hangs never begins", async () => {
  const sql = new Statements();
  const journal = await open(sql);
  let wake = () => {};
  sql.hung = new Promise((resolve) => {
    wake = () => resolve();
  });
  const late = new AbortController();
  const first = journal.append(reached, { late: late.signal });
  const second = journal.append({ ...intended(2), stream: "op-2" }, { late: late.signal });
  await eventually(() => sql.inserted.length === 1, { withinMs: 1_000 });
  const { looks } = sql;
  late.abort(new Error("given up"));
  wake();
  await first;
  await expect(second).rejects.toThrow("given up");
  expect(sql.looks).toBe(looks);
  await journal.append(intended(3));
  expect(sql.inserted.map((body) => JSON.parse(body).type)).toEqual([
    "step.reached",
    "step.intended",
  ]);
  expect(sql.inserted[1]).toContain('"attempt":3');
});

test("what is to follow one record is not tried after another one", async () => {
  const sql = new Statements();
  const journal = await open(sql);
  const clash = { message: "it is taken", code: "23505", detail: undefined };
  sql.failure = new SqlError({ ...clash, constraint: "event_seq" });
  const after = { seq: 6, hash: "f".repeat(64) };
  await expect(journal.append(reached, { after })).rejects.toMatchObject({ code: "23505" });
  expect(sql.inserted.map((body) => JSON.parse(body))).toMatchObject([
    { seq: 7, previous: after.hash },
  ]);
});
