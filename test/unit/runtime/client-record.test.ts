import { expect, test } from "@jest/globals";
import { reportOf } from "../../../src/domain/report.ts";
import type { Visit } from "../../../src/domain/visit.ts";
import { ClientRecord } from "../../../src/runtime/client-record.ts";
import { ClientWatch } from "../../../src/runtime/client-watch.ts";
import type { Visitor } from "../../../src/runtime/visitor.ts";
import { JournalStory } from "../../fakes/journal-story.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { AUTOMATIC, PLAN } from "../../fakes/operation-story.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const never = () => Promise.reject(new Error("nobody asks the address itself"));
const OK: Visit = { address: "127.0.0.2" };
const MOVED: Visit = { address: "127.0.0.3" };
const REFUSED: Visit = { address: "127.0.0.2", whyNot: "refused" };

function open() {
  const clock = new VirtualClock();
  const journal = new MemoryJournal();
  const stop = new AbortController();
  const warned: string[] = [];
  /** By vantage: what it is answered now; an Error is thrown. */
  const world = { answer: OK as Visit | Error, takesMs: 10 };
  const visitor = (vantage: string): Visitor => ({
    vantage,
    visitAt: never,
    visit: async (_, signal) => {
      const { answer } = world;
      await clock.sleep(world.takesMs, signal);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const pace = { intervalMs: 250, timeoutMs: 250 };
  const watch = new ClientWatch("shop", [visitor("east"), visitor("west")], { clock, pace });
  const watches = new Map([["shop", watch]]);
  const record = new ClientRecord({
    clock,
    journal,
    watches,
    signal: stop.signal,
    warn: (text) => warned.push(text),
  });
  const sleep = (ms: number) => clock.sleep(ms, new AbortController().signal);
  const append = async (type: "operation.opened" | "operation.ended") => {
    const story = new JournalStory(PLAN).open(0, AUTOMATIC);
    const [opened] = story.events;
    if (opened?.type !== "operation.opened") throw new Error("no opening");
    const { plan, planHash, by, reason, cause } = opened;
    const fact =
      type === "operation.opened"
        ? ({ type, plan, planHash, by, reason, cause } as const)
        : ({ type, outcome: "succeeded" } as const);
    return await record.journal.append({ ...fact, stream: PLAN.id, epoch: 5, at: clock.wallMs() });
  };
  return { clock, journal, stop, world, watch, record, sleep, append, warned };
}

test("an outage is known from its beginning, which lies before the opening, to its end", async () => {
  const { clock, journal, stop, world, record, sleep, append, warned } = open();
  await clock.run(async () => {
    const running = record.run();
    await sleep(2000);
    world.answer = REFUSED;
    await sleep(1000);
    await append("operation.opened");
    await sleep(500);
    world.answer = MOVED;
    await sleep(500);
    await append("operation.ended");
    world.answer = REFUSED;
    await sleep(3000);
    stop.abort(new Error("over"));
    await running;
  });
  const events = await journal.read(PLAN.id);
  expect(events.map(({ type }) => type)).toEqual([
    "operation.opened",
    "clients.observed",
    "clients.observed",
    "operation.ended",
  ]);
  const clients = reportOf(events)?.clients;
  expect(clients).toMatchObject({
    sampling: { intervalMs: 250, timeoutMs: 250 },
    vantages: [{ vantage: "east" }, { vantage: "west" }],
  });
  if (!clients || !("longestOutageMs" in clients)) throw new Error("no figures");
  // It was down for 1,500 ms: known to an interval before and after, and the time of one answer.
  for (const { longestOutageMs, samplesFailed, outages } of clients.vantages) {
    expect(Math.abs(longestOutageMs - 1500)).toBeLessThanOrEqual(260);
    expect(samplesFailed).toBe(6);
    expect(outages).toHaveLength(1);
    expect(outages[0]?.until).not.toBeNull();
  }
  expect(warned).toEqual([]);
});

test("nothing that stands before the end is younger than it, however slow the journal is", async () => {
  const { clock, journal, stop, record, sleep, append, world } = open();
  const keep = journal.append.bind(journal);
  await clock.run(async () => {
    const running = record.run();
    await append("operation.opened");
    await sleep(500);
    world.answer = REFUSED;
    await sleep(300);
    journal.append = async (draft) => {
      await sleep(30);
      return await keep(draft);
    };
    await append("operation.ended");
    stop.abort(new Error("over"));
    await running;
  });
  const times = (await journal.read(PLAN.id)).map(({ at }) => at);
  expect(times.length).toBeGreaterThan(2);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
});

test("a visit of somebody else is a sample too; one that was cut short is none", async () => {
  const { clock, world, watch, sleep } = open();
  await clock.run(async () => {
    const [east] = watch.visitors;
    world.answer = new Error("the name server does not answer");
    await expect(east?.visit("shop", new AbortController().signal)).rejects.toThrow("name server");
    const cut = new AbortController();
    const late = east?.visit("shop", cut.signal).catch(() => undefined);
    cut.abort(new Error("cut"));
    await late;
    await sleep(1);
  });
  expect(watch.begin()).toMatchObject({
    seen: [{ vantage: "east", address: "", whyNot: "the name server does not answer", failed: 1 }],
  });
});

test("an answer that was asked for before the newest one says nothing", async () => {
  const { clock, world, watch, sleep } = open();
  await clock.run(async () => {
    const [east] = watch.visitors;
    const visit = () => east?.visit("shop", new AbortController().signal);
    world.answer = REFUSED;
    world.takesMs = 200;
    const slow = visit();
    await sleep(1);
    world.answer = MOVED;
    world.takesMs = 10;
    await visit();
    await slow;
  });
  expect(watch.begin()).toMatchObject({ seen: [{ address: "127.0.0.3" }] });
});

test("a journal that is away keeps nobody waiting, and what was seen is written later", async () => {
  const { clock, journal, stop, world, record, sleep, append, warned } = open();
  const keep = journal.append.bind(journal);
  await clock.run(async () => {
    const running = record.run();
    await sleep(500);
    await append("operation.opened");
    journal.append = () => Promise.reject(new Error("away"));
    world.answer = REFUSED;
    await sleep(3000);
    journal.append = keep;
    await sleep(1500);
    stop.abort(new Error("over"));
    await running;
  });
  expect(warned.length).toBeGreaterThan(0);
  const events = await journal.read(PLAN.id);
  expect(events.filter(({ type }) => type === "clients.observed")).toHaveLength(2);
});

test("an operation that an earlier process opened: how it is now is written first", async () => {
  const { clock, journal, stop, record, sleep } = open();
  await clock.run(async () => {
    const running = record.run();
    await sleep(500);
    record.resume(PLAN);
    await sleep(1500);
    stop.abort(new Error("over"));
    await running;
  });
  expect(await journal.read(PLAN.id)).toMatchObject([
    { type: "clients.observed", vantage: "east", address: "127.0.0.2" },
    { type: "clients.observed", vantage: "west" },
  ]);
});
