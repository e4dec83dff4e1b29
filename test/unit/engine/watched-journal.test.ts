import { expect, test } from "@jest/globals";
import { GreenlightError } from "../../../src/domain/errors.ts";
import type { Draft } from "../../../src/domain/event.ts";
import { WatchedJournal } from "../../../src/engine/watched-journal.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const DRAFT: Draft = {
  type: "application.adopted",
  primary: "blue",
  stream: "application-shop",
  epoch: 0,
  at: 0,
};

function setup() {
  const clock = new VirtualClock();
  const memory = new MemoryJournal();
  const append = memory.append.bind(memory);
  let isFull = false;
  const full = () => {
    if (isFull) throw new GreenlightError("GL_STORAGE_AWAY", "No space left on device");
  };
  memory.append = async (draft) => {
    full();
    return await append(draft);
  };
  const changes: (string | undefined)[] = [];
  let tried = 0;
  const journal = new WatchedJournal(memory, {
    clock,
    tryToWrite: async () => {
      tried += 1;
      full();
    },
    onChange: (whyNot) => void changes.push(whyNot),
  });
  const life = new AbortController();
  return {
    clock,
    journal,
    changes,
    life,
    tried: () => tried,
    fill: (is: boolean) => {
      isFull = is;
    },
    sleep: (ms: number) => clock.sleep(ms, new AbortController().signal),
  };
}

test("a journal that can't be written says so once, at the first append or the first try", async () => {
  const { clock, journal, changes, fill, sleep, life } = setup();
  await clock.run(async () => {
    const watching = journal.watch(life.signal);
    await sleep(7_000);
    expect(journal.whyNotWritable).toBeUndefined();
    fill(true);
    await expect(journal.append(DRAFT)).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
    await expect(journal.append(DRAFT)).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
    await sleep(20_000);
    expect(changes).toEqual([expect.stringContaining("No space left on device")]);
    expect(journal.whyNotWritable).toContain("No space left");
    fill(false);
    await sleep(6_000);
    expect([journal.whyNotWritable, changes.length, changes[1]]).toEqual([undefined, 2, undefined]);
    fill(true);
    await sleep(6_000);
    expect(changes).toHaveLength(3);
    life.abort(new Error("over"));
    await watching;
  });
});

test("near the end of a disk, an append that still fits does not make it well", async () => {
  const { clock, journal, changes, fill, sleep } = setup();
  await clock.run(async () => {
    fill(true);
    await journal.append(DRAFT).catch(() => undefined);
    fill(false);
    await journal.append(DRAFT);
    await sleep(1);
    expect(changes).toHaveLength(1);
  });
});

test("a claim that another has is no trouble, and while something is written nothing is tried", async () => {
  const { clock, journal, changes, life, sleep, tried } = setup();
  await clock.run(async () => {
    await journal.append(DRAFT);
    await expect(journal.append(DRAFT)).rejects.toMatchObject({ code: "GL_STEP_CLAIMED" });
    expect(changes).toEqual([]);
    const watching = journal.watch(life.signal);
    for (let i = 0; i < 10; i += 1) {
      await journal.append({ ...DRAFT, stream: `application-${i}` });
      await sleep(1_500);
    }
    expect(tried()).toBe(0);
    life.abort(new Error("over"));
    await watching;
  });
});
