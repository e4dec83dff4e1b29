import { setMaxListeners } from "node:events";
import { expect, test } from "@jest/globals";
import { Feed, type Placed } from "../../../src/engine/feed.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

function setup() {
  const clock = new VirtualClock();
  const journal = new MemoryJournal();
  let asked = 0;
  const counted = {
    head: () => journal.head(),
    follow: (...page: Parameters<MemoryJournal["follow"]>) => {
      asked += 1;
      return journal.follow(...page);
    },
  };
  const feed = new Feed({ clock, journal: counted });
  const append = async (stream: string, by = "alice") => {
    await journal.append({ type: "application.unpaused", by, stream, epoch: 0, at: 0 });
    feed.ring();
  };
  const life = new AbortController();
  const { signal } = life;
  setMaxListeners(0, signal);
  const sleep = (ms: number) => clock.sleep(ms, new AbortController().signal);
  /** Until the signal aborts, or so many came. */
  const gather = async (after: number, options: { stream?: string; count?: number } = {}) => {
    const { stream, count = Number.POSITIVE_INFINITY } = options;
    const found: Placed[] = [];
    for await (const one of feed.follow(after, { stream, signal, idleMs: 60_000 })) {
      if (one) found.push(one);
      if (found.length >= count) break;
    }
    return found.map(({ event, position }) => `${event.stream} ${event.seq} at ${position}`);
  };
  return { clock, journal, feed, append, gather, life, sleep, asked: () => asked };
}

test("what was there before and what comes meanwhile comes once, in order, from each position", async () => {
  const { clock, append, gather, sleep } = setup();
  await clock.run(async () => {
    for (const stream of ["op1", "op2", "op1"]) await append(stream);
    const whole = gather(0, { count: 5 });
    const mine = gather(1, { stream: "op1", count: 2 });
    await sleep(1_000);
    for (const stream of ["op2", "op1"]) await append(stream);
    const all = ["op1 1 at 1", "op2 1 at 2", "op1 2 at 3", "op2 2 at 4", "op1 3 at 5"];
    expect(await whole).toEqual(all);
    expect(await mine).toEqual(["op1 2 at 3", "op1 3 at 5"]);
    expect(await gather(3, { count: 2 })).toEqual(all.slice(3));
  });
});

test("the journal is read once for all who follow, and not for each thing appended", async () => {
  const { clock, append, gather, life, sleep, asked } = setup();
  await clock.run(async () => {
    const followers = Array.from({ length: 20 }, () => gather(0));
    await sleep(100);
    const before = asked();
    for (let i = 0; i < 30; i += 1) await append("op1");
    await sleep(1_000);
    expect(asked() - before).toBeLessThan(3);
    life.abort(new Error("enough"));
    for (const found of await Promise.all(followers)) expect(found).toHaveLength(30);
  });
});

test("a follower that is far behind what is kept in memory misses nothing", async () => {
  const { clock, append, feed, sleep } = setup();
  await clock.run(async () => {
    const { signal } = new AbortController();
    const slow = feed.follow(0, { signal, idleMs: 100 });
    const quick = feed.follow(0, { signal, idleMs: 100 });
    await append("op1");
    const first = await slow.next();
    for (let i = 0; i < 5; i += 1) {
      for (let j = 0; j < 1_000; j += 1) await append("op1");
      for (let one = await quick.next(); one.value; one = await quick.next()) await sleep(0);
    }
    const seqs = [first.value?.event.seq];
    while (seqs.length < 5_001) {
      const { value } = await slow.next();
      if (value) seqs.push(value.event.seq);
    }
    expect(seqs).toEqual(Array.from({ length: 5_001 }, (_, i) => i + 1));
    await Promise.all([slow.return(undefined), quick.return(undefined)]);
  });
});

test("when nothing comes it says so, however much comes that is another's", async () => {
  const { clock, append, feed, sleep } = setup();
  await clock.run(async () => {
    const { signal } = new AbortController();
    const idle = feed.follow(0, { stream: "op1", signal, idleMs: 1_000 })[Symbol.asyncIterator]();
    const tick = idle.next();
    for (let i = 0; i < 12; i += 1) {
      await append("op2");
      await sleep(100);
    }
    expect(await tick).toEqual({ done: false, value: undefined });
    await idle.return(undefined);
  });
});

test("whoever claims to have come further than the journal goes on from its end", async () => {
  const { clock, append, gather, sleep } = setup();
  await clock.run(async () => {
    await append("op1");
    const found = gather(99, { count: 1 });
    await sleep(1_000);
    await append("op1");
    expect(await found).toEqual(["op1 2 at 2"]);
  });
});

test("a journal that can't be read is an error, and from there on nothing is lost", async () => {
  const { clock, journal, append, gather, life, sleep } = setup();
  await clock.run(async () => {
    const follow = journal.follow.bind(journal);
    await append("op1");
    const first = gather(0);
    await sleep(100);
    journal.follow = () => Promise.reject(new Error("away"));
    await append("op1");
    await expect(first).rejects.toThrow("away");
    journal.follow = follow;
    const again = gather(1);
    await sleep(1_000);
    life.abort(new Error("enough"));
    expect(await again).toEqual(["op1 2 at 2"]);
  });
});
