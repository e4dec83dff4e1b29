import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../../src/adapters/clock/system-clock.ts";
import type { SpooledJournal } from "../../../../src/adapters/journal/spooled-journal.ts";
import { SqlError } from "../../../../src/adapters/storage/sql.ts";
import type { Draft } from "../../../../src/domain/event.ts";
import type { Clock } from "../../../../src/engine/ports/clock.ts";
import { ended, intended, opened, reached, Spooling } from "../../../fakes/spooling.ts";
import { eventually } from "../../../fakes/until.ts";

let world: Spooling;

beforeEach(async () => {
  world = await Spooling.open();
});

afterEach(() => world.close());

const refusalOf = (code: string, constraint?: string) =>
  new SqlError({ message: "no such thing", code, detail: undefined, constraint });

test.each(["42P01", "42501", "3D000", "3F000", "XX001"])(
  "a database that answers %s is away, and people are told so",
  async (code) => {
    const { line } = world;
    const journal = await world.worker();
    await journal.operations({ application: "shop", limit: 1 });
    line.failure = refusalOf(code);
    await journal.append(opened);
    expect(journal.isAway).toBe(true);
    for (const draft of [intended(1), reached, ended]) await journal.append(draft);
    expect(await journal.read("op-1")).toHaveLength(4);
    expect(world.told).toEqual([expect.stringContaining(`no such thing (SQLSTATE ${code})`)]);
    await expect(journal.replay()).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
    line.failure = undefined;
    await journal.replay();
    expect(await world.types()).toHaveLength(4);
  },
);

test.each(["42P01", "XX001"])("one that answers %s to a look or a check, too", async (code) => {
  const { line } = world;
  const [looking, checking] = [await world.worker(), await world.worker("other")];
  line.failure = refusalOf(code);
  await expect(looking.read("op-1")).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
  await expect(looking.head()).resolves.toBe(0);
  await checking.check();
  expect([looking.isAway, checking.isAway]).toEqual([true, true]);
});

test("what it says of the record itself is for who appends", async () => {
  const { line } = world;
  const journal = await world.worker();
  await journal.append(opened);
  await expect(journal.append(opened)).rejects.toMatchObject({ code: "GL_STEP_CLAIMED" });
  line.failure = refusalOf("23505", "event_seq");
  await expect(journal.append(reached)).rejects.toMatchObject({ constraint: "event_seq" });
  expect(journal.isAway).toBe(false);
});

/** On which each wait takes a moment, and that is known which it was. */
class HurriedClock implements Clock {
  #nowMs = 0;

  wallMs = () => this.#nowMs;
  monotonicMs = () => this.#nowMs;

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await real.sleep(MOMENT_MS, signal);
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  timeout(): AbortSignal {
    throw new Error("nobody asks for one here");
  }
}

const real = new SystemClock();
const MOMENT_MS = 30;

/** All that an operation asks of its journal, one after the other and beside. */
async function operate(journal: SpooledJournal): Promise<void> {
  await journal.append(opened);
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    await journal.read("op-1");
    await journal.openOperations();
    await Promise.all([
      journal.append(intended(attempt)),
      journal.operations({ application: "shop", limit: 1 }),
      journal.check(),
    ]);
    await journal.append({ ...reached, attempt } as Draft);
  }
  await journal.append(ended);
}

test("one that hangs costs an operation less than a second, however often that asks it", async () => {
  const clock = new HurriedClock();
  const journal = await world.worker("one", clock);
  await journal.operations({ application: "shop", limit: 1 });
  world.line.hangs = true;
  await operate(journal);
  expect(clock.monotonicMs()).toBeGreaterThan(0);
  expect(clock.monotonicMs()).toBeLessThan(1_000);
});

test("what is asked already does not wait for its own time once the journal is known to be away", async () => {
  const clock = new HurriedClock();
  const journal = await world.worker("one", clock);
  await journal.append(opened);
  world.line.hangs = true;
  const asked = [journal.append(intended(1)), journal.read("op-1"), journal.check()];
  world.line.isCut = true;
  await journal.append(reached);
  await Promise.all(asked);
  expect(clock.monotonicMs()).toBe(0);
  // What was given up must not begin.
  expect(world.line.asked.map(({ late }) => late?.aborted)).toEqual([false, true, false]);
});

test("what one process appends waits in the order of its coming", async () => {
  const { line } = world;
  const journal = await world.worker();
  await journal.append(opened);
  line.hangs = true;
  const asked = [1, 2, 3].map((attempt) => journal.append(intended(attempt)));
  line.isCut = true;
  const last = journal.append(reached);
  // Known to be away as soon as that was answered: what comes now must not overtake the others.
  await eventually(() => journal.isAway, { withinMs: 1_000, everyMs: 0 });
  await Promise.all([...asked, last, journal.append(intended(4))]);
  expect(world.spooled).toEqual([intended(1), intended(2), intended(3), reached, intended(4)]);
});

test("what comes of a broken connection during the replay is there once", async () => {
  const { line } = world;
  const journal = await world.worker();
  await journal.append(opened);
  line.hangs = true;
  await Promise.all([journal.append(intended(1)), journal.append(reached)]);
  let isFirst = true;
  line.onAppend = async (draft) => {
    if (!isFirst || !draft.late) return;
    // After the replay has looked, before it has appended.
    isFirst = false;
    line.wake();
    await eventually(async () => (await line.head()) === 4, { withinMs: 1_000 });
  };
  line.hangs = false;
  await journal.replay();
  expect(isFirst).toBe(false);
  expect((await world.types()).filter((type) => type !== "late late.found")).toEqual([
    "operation.opened",
    "step.intended",
    "step.reached",
  ]);
});

test("what the replay itself had no answer to is there once, too", async () => {
  const { line } = world;
  const journal = await world.worker();
  await journal.append(opened);
  line.isCut = true;
  await journal.append(reached);
  line.isCut = false;
  line.losesAnswers = true;
  await expect(journal.replay()).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
  line.losesAnswers = false;
  await journal.replay();
  expect(await world.types()).toEqual(["operation.opened", "late step.reached"]);
});
