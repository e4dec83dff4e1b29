import { expect, test } from "@jest/globals";
import { GreenlightError } from "../../../src/domain/errors.ts";
import type { OperationPlan } from "../../../src/domain/plan.ts";
import { Onlooker } from "../../../src/engine/onlooker.ts";
import { JournalStory } from "../../fakes/journal-story.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { MANUAL, PLAN, tellSuccess } from "../../fakes/operation-story.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const planOf = (id: string, more: Partial<OperationPlan> = {}): OperationPlan => ({
  ...PLAN,
  id,
  ...more,
});
const opened = (plan: OperationPlan) => new JournalStory(plan).open(0, MANUAL);

/** A journal whose line can be cut, or is cut for one stream. */
class Line extends MemoryJournal {
  isCut = false;
  unreadable: string | undefined;

  override async operations(...options: Parameters<MemoryJournal["operations"]>) {
    if (this.isCut) throw new GreenlightError("GL_STORAGE_AWAY", "it is away");
    return await super.operations(...options);
  }

  override async read(stream: string) {
    if (stream === this.unreadable) throw new GreenlightError("GL_STORAGE_AWAY", "it is away");
    return await super.read(stream);
  }

  async tell(story: JournalStory) {
    for (const { seq: _, hash: __, previous: ___, ...draft } of story.events)
      await this.append(draft);
  }

  async end(plan: OperationPlan, outcome: "succeeded" | "restored" | "held") {
    await this.append({ type: "operation.ended", outcome, stream: plan.id, epoch: 5, at: 1 });
  }
}

function setup(...applications: readonly string[]) {
  const clock = new VirtualClock();
  const life = new AbortController();
  const journal = new Line();
  const heard: string[] = [];
  const onlooker = new Onlooker({
    clock,
    journal,
    signal: life.signal,
    applications: applications.length > 0 ? applications : ["shop"],
    onNews: ({ plan, state, events }) => {
      heard.push(`${plan.id} ${state}`);
      // Who opened it matters to whoever leads it next.
      if (state === "opened") expect(events?.at(0)?.type).toBe("operation.opened");
      else expect(events?.at(-1)?.type).toBe("operation.ended");
    },
  });
  /** What it tells while the task runs. */
  const watch = (task: (look: () => Promise<void>) => Promise<void>) =>
    clock.run(async () => {
      const running = onlooker.run();
      const look = () => clock.sleep(600, new AbortController().signal);
      await look();
      await task(look);
      life.abort(new Error("told to stop"));
      await running;
      return heard;
    });
  return { journal, watch, heard };
}

test("what others open and end is told once each, in the order in which it happened", async () => {
  const { journal, watch } = setup();
  const heard = await watch(async (look) => {
    await journal.tell(opened(planOf("op-1")));
    await look();
    await look();
    await journal.end(planOf("op-1"), "succeeded");
    await journal.tell(opened(planOf("op-2")));
    await look();
    await look();
  });
  expect(heard).toEqual(["op-1 opened", "op-1 succeeded", "op-2 opened"]);
});

test("what was over between two looks is told whole, and one that a human ended as closed", async () => {
  const { journal, watch } = setup();
  const heard = await watch(async (look) => {
    await journal.tell(tellSuccess(planOf("op-1")));
    await journal.tell(opened(planOf("op-2")));
    await journal.end(planOf("op-2"), "held");
    await look();
  });
  expect(heard).toEqual(["op-1 opened", "op-1 succeeded", "op-2 opened", "op-2 closed"]);
});

test("of what was there at its start only the newest is told, however often it looks", async () => {
  const { journal, watch } = setup();
  for (const id of ["op-1", "op-2"]) {
    await journal.tell(opened(planOf(id)));
    await journal.end(planOf(id), "restored");
  }
  await journal.tell(opened(planOf("op-3")));
  const heard = await watch(async (look) => {
    await look();
    await look();
  });
  expect(heard).toEqual(["op-3 opened"]);
});

test("a journal that goes away while it reads loses nothing and tells nothing twice", async () => {
  const { journal, watch, heard } = setup();
  await watch(async (look) => {
    journal.unreadable = "op-2";
    await journal.tell(tellSuccess(planOf("op-1")));
    await journal.tell(tellSuccess(planOf("op-2")));
    await look();
    journal.isCut = true;
    await look();
    expect(heard).toEqual(["op-1 opened", "op-1 succeeded"]);
    journal.isCut = false;
    journal.unreadable = undefined;
    await look();
  });
  expect(heard.slice(2)).toEqual(["op-2 opened", "op-2 succeeded"]);
});

test("each application has its own, and those of others are not told", async () => {
  const { journal, watch } = setup("shop", "blog");
  const heard = await watch(async (look) => {
    await journal.tell(opened(planOf("op-1", { application: "blog" })));
    await journal.tell(opened(planOf("op-2")));
    await journal.tell(opened(planOf("op-3", { application: "wiki" })));
    await look();
  });
  expect(heard.toSorted()).toEqual(["op-1 opened", "op-2 opened"]);
});
