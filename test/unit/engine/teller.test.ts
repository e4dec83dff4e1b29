import { expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import type { Fact } from "../../../src/domain/event.ts";
import { Feed } from "../../../src/engine/feed.ts";
import type { Mark } from "../../../src/engine/ports/bookmark.ts";
import type { Message } from "../../../src/engine/ports/notifier.ts";
import { Teller } from "../../../src/engine/teller.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { PLAN } from "../../fakes/operation-story.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

/** Processes that tell, one after the other, over the same journal and bookmark. */
function setup() {
  const clock = new VirtualClock();
  const journal = new MemoryJournal();
  let mark: Mark | undefined;
  const troubles: unknown[] = [];
  /** `hasTurn`: where others could tell, too. */
  const start = async (hasTurn?: () => boolean) => {
    const life = new AbortController();
    const messages: Message[] = [];
    const state = { isIdle: true };
    const feed = new Feed({ clock, journal });
    const teller = new Teller({
      clock,
      digest: sha256,
      journal,
      feed,
      signal: life.signal,
      turn: hasTurn && { take: async () => hasTurn() },
      bookmark: {
        read: async () => mark,
        keep: async (kept) => {
          mark = JSON.parse(JSON.stringify(kept));
        },
      },
      tell: (message) => void messages.push(message),
      isIdle: () => state.isIdle,
      onTrouble: (error) => void troubles.push(error),
    });
    await teller.load();
    const running = teller.run();
    const append = async (fact: Fact, late?: true) => {
      await journal.append({ ...draft(fact), ...(late && { late }) });
      feed.ring();
    };
    const stop = async () => {
      life.abort(new Error("told to stop"));
      await running;
    };
    return {
      teller,
      state,
      append,
      stop,
      messages,
      titles: () => messages.map((one) => one.title),
    };
  };
  const draft = (fact: Fact) => ({ ...fact, stream: PLAN.id, epoch: 1, at: clock.wallMs() });
  const sleep = (ms: number) => clock.sleep(ms, new AbortController().signal);
  return { clock, journal, start, draft, sleep, troubles, forget: () => (mark = undefined) };
}
const BY = { planHash: "", by: "alice", reason: "because", cause: null };
const OPENED: Fact = { type: "operation.opened", plan: PLAN, ...BY };
const ENDED: Fact = { type: "operation.ended", outcome: "succeeded" };
const [BEGAN, SUCCEEDED] = ["began", "succeeded"].map(
  (end) => `failover of shop from blue to green ${end}`,
);

test("each thing is told once, also by the process that comes after", async () => {
  const { clock, start, sleep } = setup();
  await clock.run(async () => {
    const one = await start();
    await one.append(OPENED);
    await sleep(5_000);
    await one.stop();
    expect(one.titles()).toEqual([BEGAN]);
    const next = await start();
    await sleep(5_000);
    expect(next.titles()).toEqual([]);
    await next.append(ENDED);
    await sleep(5_000);
    expect(next.titles()).toEqual([SUCCEEDED]);
    await next.stop();
  });
});

test("what was kept and not yet told when it died is told by the next, with the same id", async () => {
  const { clock, start, sleep } = setup();
  await clock.run(async () => {
    const one = await start();
    one.state.isIdle = false;
    await one.append(OPENED);
    await sleep(5_000);
    await one.append(ENDED);
    await one.stop();
    const next = await start();
    await sleep(5_000);
    expect(next.titles()).toEqual([BEGAN, SUCCEEDED]);
    expect(one.messages.map(({ id }) => id)).toEqual(next.messages.slice(0, 1).map(({ id }) => id));
    await next.stop();
  });
});

test("a journal that nobody told of yet is not told from its beginning, but what is open is known", async () => {
  const { clock, start, sleep, forget } = setup();
  await clock.run(async () => {
    const one = await start();
    await one.append(OPENED);
    await one.stop();
    forget();
    const next = await start();
    await sleep(5_000);
    expect(next.titles()).toEqual([]);
    await next.append(ENDED);
    await sleep(5_000);
    expect(next.titles()).toEqual([SUCCEEDED]);
    await next.stop();
  });
});

test("a journal that can't be read for a while is told from where it was", async () => {
  const { clock, journal, start, sleep, troubles } = setup();
  await clock.run(async () => {
    const one = await start();
    await sleep(1_000);
    const follow = journal.follow.bind(journal);
    journal.follow = () => Promise.reject(new Error("away"));
    await one.append(OPENED);
    await sleep(5_000);
    expect(one.titles()).toEqual([]);
    expect(troubles.length).toBeGreaterThan(0);
    journal.follow = follow;
    await sleep(5_000);
    expect(one.titles()).toEqual([BEGAN]);
    await one.stop();
  });
});

test("what the journal could not take is told all the same", async () => {
  const { clock, start } = setup();
  await clock.run(async () => {
    const { teller, messages, stop } = await start();
    const fact = { type: "decision.made", action: "hold", verdict: "site-loss" } as const;
    const draft = { stream: "application-shop", epoch: 0, at: 9 };
    teller.tellLost({ ...fact, reasons: ["paused"], facts: null, ...draft });
    expect(messages).toMatchObject([{ severity: "page", application: "shop" }]);
    await stop();
  });
});

test("who has not the turn follows in silence, and tells how it ended while the journal was away", async () => {
  const { clock, journal, start, draft, sleep } = setup();
  await clock.run(async () => {
    const one = await start(() => true);
    const other = await start(() => false);
    await one.append(OPENED);
    await sleep(3_000);
    expect([one.titles(), other.titles()]).toEqual([[BEGAN], []]);
    const follow = journal.follow.bind(journal);
    journal.follow = () => Promise.reject(new Error("away"));
    const ended = draft(ENDED);
    other.teller.tellLost(ended);
    expect(other.titles()).toEqual([SUCCEEDED]);
    journal.follow = follow;
    await journal.append({ ...ended, late: true });
    await sleep(5_000);
    expect([one.titles(), other.titles()]).toEqual([[BEGAN], [SUCCEEDED]]);
    await one.stop();
    await other.stop();
  });
});

test("one that gets the turn goes on where the one before it had kept that all was told", async () => {
  const { clock, start, sleep } = setup();
  await clock.run(async () => {
    const turn = { holder: "one" };
    const one = await start(() => turn.holder === "one");
    const other = await start(() => turn.holder === "other");
    await one.append(OPENED);
    await sleep(3_000);
    turn.holder = "other";
    await sleep(3_000);
    await other.append(ENDED);
    await sleep(3_000);
    expect([one.titles(), other.titles()]).toEqual([[BEGAN], [SUCCEEDED]]);
    await one.stop();
    await other.stop();
  });
});

test("a fact that was kept though nobody heard so has the same id by whoever tells it", async () => {
  const { clock, start, draft, sleep } = setup();
  await clock.run(async () => {
    const one = await start(() => true);
    const other = await start(() => false);
    const opened = draft(OPENED);
    other.teller.tellLost(opened);
    await one.append(OPENED);
    await sleep(3_000);
    const ids = [one, other].map(({ messages }) => messages.map(({ id }) => id));
    expect(ids[0]).toHaveLength(1);
    expect(ids[0]).toEqual(ids[1]);
    await one.stop();
    await other.stop();
  });
});
