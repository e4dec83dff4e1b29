import { afterEach, expect, jest, test } from "@jest/globals";
import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { whyBroken } from "../../src/domain/chain.ts";
import type { Draft } from "../../src/domain/event.ts";
import { Recollection } from "../../src/engine/recollection.ts";
import { journalsOnPostgres } from "../servers/postgres-journals.ts";
import { openedOf, seen } from "./journal.ts";

jest.setTimeout(60_000);

const on = journalsOnPostgres();
const { clock, open, close } = on;

afterEach(close);

test("who has the end of a chain in mind goes by what is there: tables made anew, and a tail that was lost", async () => {
  const journal = await open();
  for (const replicas of [1, 2]) await journal.append(seen(replicas));
  await on.server.ask("DROP SCHEMA greenlight CASCADE");
  const other = await open();
  await journal.append(seen(3));
  expect(await other.read("application-shop")).toMatchObject([{ seq: 1, replicas: 3 }]);

  for (const replicas of [4, 5]) await journal.append(seen(replicas));
  await loseTail(1);
  await other.append(seen(6));
  for (const replicas of [7, 8]) await journal.append(seen(replicas));
  const events = await other.read("application-shop");
  expect(events).toMatchObject([3, 6, 7, 8].map((replicas) => ({ replicas })));
  expect(whyBroken(events, sha256)).toEqual([]);
});

test("what was kept and is gone is told once, and the audit says so for ever after", async () => {
  const journal = await open();
  const lost: unknown[] = [];
  journal.onLost((one) => lost.push(one));
  await journal.append(opened("op-1"));
  for (const replicas of [1, 2]) await journal.append(seen(replicas));
  await loseTail(1);
  for (const replicas of [3, 4]) await journal.append(seen(replicas));
  expect(lost).toMatchObject([{ of: "application-shop", lost: 2 }]);
  const { events } = await journal.follow(0, 100);
  expect(whyBroken(events, sha256)).toEqual([
    {
      stream: "application-shop",
      seq: 2,
      what: "had been kept, and was gone when ledger 2 noted it",
    },
  ]);
});

test("where the ledger is another one by now, an operation is noted in that, and only once", async () => {
  const journal = await open();
  await journal.append(opened("op-lost"));
  await on.server.ask("DROP SCHEMA greenlight CASCADE");
  const other = await open();
  await other.append(opened("op-other"));
  await journal.append(opened("op-late"));
  await other.append(ended("op-late"));
  const { events } = await other.follow(0, 100);
  expect(whyBroken(events, sha256)).toEqual([
    expect.objectContaining({ stream: "ledger", seq: 1 }),
  ]);
  expect(await other.openOperations()).toEqual(["op-other"]);
});

test("who remembers an application goes on with what is noted after a tail was lost", async () => {
  const minds = await Promise.all(
    [await open(), await open()].map(async (journal) => {
      const onLoss = () => undefined;
      const mind = new Recollection("shop", { clock, journal, onLoss });
      await mind.load();
      return mind;
    }),
  );
  const [one, other] = minds as [Recollection, Recollection];
  for (let replicas = 1; replicas < 6; replicas += 1) {
    await one.keep({ type: "workload.seen", cluster: "blue", workload: "shop", replicas });
    await other.refresh();
  }
  await loseTail(2);
  await one.keep({ type: "application.paused", by: "alice", reason: "so" });
  await one.refresh();
  await other.refresh();
  expect(one.memory).toEqual(other.memory);
  expect(one.memory.replicas["blue"]?.["shop"]?.replicas).toBe(5);
  expect(one.memory.paused).toBeDefined();
  await other.keep({ type: "workload.seen", cluster: "blue", workload: "shop", replicas: 9 });
  await one.refresh();
  await one.refresh();
  expect(one.memory).toEqual(other.memory);
});

/** As where a server takes over that had not yet got the last records of each stream. */
async function loseTail(kept: number): Promise<void> {
  await on.server.ask("ALTER TABLE greenlight.event DISABLE TRIGGER event_append_only");
  await on.server.ask(`DELETE FROM greenlight.event WHERE seq > ${kept}`);
  await on.server.ask("ALTER TABLE greenlight.event ENABLE TRIGGER event_append_only");
}

function ended(id: string): Draft {
  return { type: "operation.ended", outcome: "succeeded", stream: id, epoch: 1, at: 9 };
}

function opened(id: string): Draft {
  return { ...openedOf(id), stream: id, epoch: 1, at: 9 };
}
