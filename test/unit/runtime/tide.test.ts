import { expect, test } from "@jest/globals";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { createTide } from "../../../src/runtime/tide.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

class Line extends MemoryJournal {
  isCut = false;

  override async head() {
    if (this.isCut) throw new GreenlightError("GL_STORAGE_AWAY", "it is away");
    return await super.head();
  }

  /** As another process does it. */
  async rise() {
    const fact = { type: "application.unpaused", by: "alice" } as const;
    await this.append({ ...fact, stream: "application-shop", epoch: 0, at: 0 });
  }
}

function setup() {
  const clock = new VirtualClock();
  const life = new AbortController();
  const journal = new Line();
  const tide = createTide(journal, { clock, signal: life.signal });
  const watch = (task: (look: () => Promise<void>) => Promise<void>) =>
    clock.run(async () => {
      const running = tide.run();
      const look = () => clock.sleep(300, new AbortController().signal);
      await look();
      await task(look);
      life.abort(new Error("told to stop"));
      await running;
    });
  const rung: string[] = [];
  return { journal, tide, watch, rung, ring: (name: string) => () => rung.push(name) };
}

test("whoever waits hears once of whatever others appended between two looks", async () => {
  const { journal, tide, watch, rung, ring } = setup();
  await watch(async (look) => {
    tide.onRise(ring("a"));
    tide.onRise(ring("b"));
    await journal.rise();
    await journal.rise();
    await look();
    await look();
    expect(rung).toEqual(["a", "b"]);
    await journal.rise();
    await look();
  });
  expect(rung).toEqual(["a", "b", "a", "b"]);
});

test("who no longer waits hears nothing, and the others still do", async () => {
  const { journal, tide, watch, rung, ring } = setup();
  await watch(async (look) => {
    const stop = tide.onRise(ring("a"));
    tide.onRise(ring("b"));
    stop();
    await journal.rise();
    await look();
  });
  expect(rung).toEqual(["b"]);
});

test("what was appended while the journal was away is heard when it is there again", async () => {
  const { journal, tide, watch, rung, ring } = setup();
  await watch(async (look) => {
    tide.onRise(ring("a"));
    journal.isCut = true;
    await journal.rise();
    await look();
    expect(rung).toEqual([]);
    journal.isCut = false;
    await look();
  });
  expect(rung).toEqual(["a"]);
});
