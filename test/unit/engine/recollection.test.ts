import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../../src/domain/json.ts";
import type { WatchFact } from "../../../src/domain/watch-fact.ts";
import type { Mark } from "../../../src/engine/ports/bookmark.ts";
import { Recollection } from "../../../src/engine/recollection.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const seen = (replicas: number): WatchFact => {
  return { type: "workload.seen", cluster: "blue", workload: "shop", replicas };
};

function setup(journal = new MemoryJournal()) {
  const lost: string[] = [];
  const onLoss = (reason: string) => void lost.push(reason);
  const tools = { clock: new VirtualClock(), journal, onLoss };
  return { journal, lost, recollection: new Recollection("shop", tools) };
}

test("what is noted is known at once, and in the journal in its order", async () => {
  const { recollection, journal } = setup();
  const append = journal.append.bind(journal);
  let first = true;
  journal.append = async (draft) => {
    // The first takes longer than the others: they wait for it.
    for (let i = 0; first && i < 10; i += 1) await Promise.resolve();
    first = false;
    return await append(draft);
  };
  for (const replicas of [1, 2, 3]) recollection.note(seen(replicas), replicas);
  expect(recollection.memory.replicas["blue"]?.["shop"]?.replicas).toBe(3);
  await recollection.kept();
  const events = await journal.read("application-shop");
  expect(events).toMatchObject([1, 2, 3].map((replicas) => ({ replicas, epoch: replicas })));
});

test("another process knows what was kept, and nothing of other applications", async () => {
  const { recollection, journal } = setup();
  recollection.note(seen(4));
  recollection.note({
    type: "suspicion.raised",
    cluster: "blue",
    lastGoodAt: 1,
    firstFailedAt: 2,
    vantage: "east",
    probe: "api",
    answer: "refused",
  });
  await recollection.kept();
  const next = setup(journal).recollection;
  await next.load();
  expect(next.memory).toEqual(recollection.memory);
  const other = new Recollection("bank", { clock: new VirtualClock(), journal, onLoss: () => {} });
  await other.load();
  expect(other.memory.suspicions).toEqual({});
});

test("a journal that refuses is told of, and what comes after is kept", async () => {
  const { recollection, journal, lost } = setup();
  const append = journal.append.bind(journal);
  let refuses = true;
  journal.append = async (draft) => {
    if (refuses) throw new Error("disk full");
    return await append(draft);
  };
  recollection.note(seen(1));
  await recollection.kept();
  refuses = false;
  recollection.note(seen(2));
  await recollection.kept();
  expect(lost).toEqual(["disk full"]);
  expect(recollection.memory.replicas["blue"]?.["shop"]?.replicas).toBe(2);
  expect(await journal.read("application-shop")).toMatchObject([{ replicas: 2 }]);
});

test("what was folded once is not read again, as long as the journal goes on from there", async () => {
  const { journal, recollection } = setup();
  for (let replicas = 1; replicas <= 1200; replicas += 1) recollection.note(seen(replicas));
  await recollection.kept();
  const marks: Mark[] = [];
  const bookmark = {
    read: async () => marks.at(-1),
    keep: async (mark: Mark) => void marks.push(JSON.parse(JSON.stringify(mark))),
  };
  const reads: number[] = [];
  const load = async () => {
    const follow = async (...page: Parameters<MemoryJournal["follow"]>) => {
      const found = await MemoryJournal.prototype.follow.apply(journal, page);
      reads.push(found.events.length);
      return found;
    };
    const watched = Object.assign(Object.create(journal) as MemoryJournal, {
      follow,
      last: (stream: string) => journal.last(stream),
    });
    const tools = { clock: new VirtualClock(), journal: watched, bookmark, onLoss: () => {} };
    const loaded = new Recollection("shop", tools);
    await loaded.load();
    return loaded.memory;
  };
  expect(await load()).toEqual(recollection.memory);
  recollection.note(seen(7));
  await recollection.kept();
  expect(await load()).toEqual(recollection.memory);
  expect(reads).toEqual([1200, 1]);
  // One that does not fit the journal, or another fold's, is passed over.
  const [kept] = marks;
  for (const state of [{ ...(kept?.state as object), hash: "0" }, { version: 0 }, null]) {
    marks.splice(0, marks.length, { position: kept?.position ?? 0, state: state as Json });
    expect(await load()).toEqual(recollection.memory);
  }
});

test("what must be kept and is not says so, and holds as long as the process does", async () => {
  const { recollection, journal } = setup();
  const append = journal.append.bind(journal);
  journal.append = () => Promise.reject(new Error("disk full"));
  const fact: WatchFact = { type: "application.paused", by: "alice", reason: "release day" };
  await expect(recollection.keep(fact)).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
  expect(recollection.memory.paused).toMatchObject({ by: "alice" });
  journal.append = append;
  await recollection.keep({ type: "application.unpaused", by: "alice" });
  expect(recollection.memory.paused).toBeUndefined();
  expect(await journal.read("application-shop")).toHaveLength(1);
});

describe("beside another process", () => {
  async function twins() {
    const one = setup();
    const other = setup(one.journal);
    await one.recollection.load();
    await other.recollection.load();
    const settle = async () => {
      await one.recollection.kept();
      await other.recollection.kept();
    };
    const refresh = async () => {
      one.recollection.refreshIfOlder(0);
      other.recollection.refreshIfOlder(0);
      for (let i = 0; i < 20; i += 1) await Promise.resolve();
    };
    return { one: one.recollection, other: other.recollection, settle, refresh };
  }
  const paused: WatchFact = { type: "application.paused", by: "alice", reason: "release day" };

  test("what the other one wrote is known with the next reading", async () => {
    const { one, other, settle, refresh } = await twins();
    one.note(paused);
    await settle();
    expect(other.memory.paused).toBeUndefined();
    await refresh();
    expect(other.memory.paused).toMatchObject({ by: "alice" });
    one.note({ type: "application.unpaused", by: "alice" });
    await settle();
    await refresh();
    expect(other.memory.paused).toBeUndefined();
  });

  test("of what both wrote the order of the journal holds, in both", async () => {
    const { one, other, settle, refresh } = await twins();
    for (const replicas of [1, 2, 3]) {
      one.note(seen(replicas));
      other.note(seen(replicas * 10));
    }
    await settle();
    await refresh();
    expect(one.memory).toEqual(other.memory);
    const events = await one.kept().then(() => one.memory.replicas["blue"]?.["shop"]?.replicas);
    expect([3, 30]).toContain(events);
  });

  test("what it noted itself holds while the journal takes its time", async () => {
    const { one, other, settle, refresh } = await twins();
    other.note(seen(7));
    await settle();
    one.note(paused);
    await refresh();
    expect(one.memory.paused).toMatchObject({ by: "alice" });
    expect(one.memory.replicas["blue"]?.["shop"]?.replicas).toBe(7);
  });
});
