import { describe, expect, test } from "@jest/globals";
import { NO_MEMORY } from "../../../src/domain/memory.ts";
import type { OperationPlan } from "../../../src/domain/plan.ts";
import { Logbook, lastKnown } from "../../../src/engine/logbook.ts";
import { JournalStory } from "../../fakes/journal-story.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import {
  AUTOMATIC,
  MANUAL,
  PLAN,
  tellOwedFence,
  tellSuccess,
  tellUndone,
} from "../../fakes/operation-story.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const toGreen = (id: string, epoch: number): OperationPlan => ({ ...PLAN, id, epoch });
const toBlue = (id: string, epoch: number): OperationPlan => ({
  ...PLAN,
  id,
  epoch,
  from: "green",
  to: "blue",
  steps: PLAN.steps.map((step) => ({
    ...step,
    ...(step.cluster !== undefined && { cluster: step.cluster === "blue" ? "green" : "blue" }),
  })),
});

/** What is owed, and of which operation: to a process that lived through it, and to the next one. */
async function debtsAfter(...stories: readonly JournalStory[]) {
  const journal = new MemoryJournal();
  const [lived, next] = [0, 1].map(() => new Logbook("shop", new VirtualClock()));
  for (const { plan, events } of stories) {
    for (const { seq: _, hash: __, previous: ___, ...draft } of events) await journal.append(draft);
    lived?.take({ plan, state: "succeeded", events: await journal.read(plan.id) });
  }
  await next?.load(journal);
  const of = (book: Logbook | undefined) =>
    book?.debts.map(({ operation, cluster }) => `${operation}: ${cluster}`);
  return { lived: of(lived), next: of(next) };
}

describe("what is owed is the same to the running process and to the next one:", () => {
  test("void where that cluster became primary since", async () => {
    const debts = await debtsAfter(
      tellOwedFence(toGreen("op-1", 5)),
      tellSuccess(toBlue("op-2", 6)),
    );
    expect(debts).toEqual({ lived: [], next: [] });
  });

  test("still owed where another one did, however often", async () => {
    const debts = await debtsAfter(
      tellSuccess(toBlue("op-1", 5)),
      tellOwedFence(toGreen("op-2", 6)),
      tellSuccess({ ...toGreen("op-3", 7), steps: PLAN.steps.filter(({ owes }) => !owes) }),
    );
    expect(debts).toEqual({ lived: ["op-2: blue"], next: ["op-2: blue"] });
  });
});

describe("who was primary last, as the operations say", () => {
  const latestOf = async (...stories: readonly JournalStory[]) => {
    const journal = new MemoryJournal();
    for (const { events } of stories)
      for (const { seq: _, hash: __, previous: ___, ...draft } of events)
        await journal.append(draft);
    const book = new Logbook("shop", new VirtualClock());
    await book.load(journal);
    return book.latest;
  };
  const MEMORY = { ...NO_MEMORY, adopted: { primary: "blue", epoch: 0, at: 1 } };

  test("is where the latest left it", async () => {
    expect(await latestOf()).toBeUndefined();
    expect(await latestOf(tellSuccess(toGreen("op-1", 5)))).toEqual({ primary: "green", epoch: 5 });
    const undone = tellUndone(toBlue("op-2", 6));
    const latest = await latestOf(tellSuccess(toGreen("op-1", 5)), undone);
    expect(latest).toEqual({ primary: "green", epoch: 6 });
  });

  test("is what it was adopted with, where there was none", () => {
    expect(lastKnown(NO_MEMORY, undefined)).toBeUndefined();
    expect(lastKnown(MEMORY, undefined)).toEqual({ primary: "blue", epoch: 0 });
    const latest = { primary: "green", epoch: 5 };
    expect(lastKnown(MEMORY, latest)).toEqual(latest);
  });
});

describe("one that a decision opened", () => {
  const hear = (story: JournalStory) => {
    const book = new Logbook("shop", new VirtualClock());
    book.take({ plan: story.plan, state: "opened", events: story.events });
    return book;
  };

  test("is known as that to who hears of it, and may lead it next", () => {
    const book = hear(new JournalStory(PLAN).open(0, AUTOMATIC));
    expect([book.running?.id, book.decided]).toEqual([PLAN.id, PLAN.id]);
  });

  test("is no other's, nor a human's", () => {
    const book = hear(new JournalStory(PLAN).open(0, MANUAL));
    expect([book.running?.id, book.decided]).toEqual([PLAN.id, undefined]);
  });

  test("stays the latest, where an older one is heard to have ended", () => {
    const book = hear(new JournalStory(toGreen("op-2", 6)).open(0, AUTOMATIC));
    book.take({ plan: PLAN, state: "undone", events: tellSuccess(PLAN).events });
    expect(book.decided).toBe("op-2");
  });
});
