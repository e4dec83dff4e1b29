import { expect, test } from "@jest/globals";
import { Absence } from "../../../src/runtime/absence.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const { signal } = new AbortController();

test("what is away for a moment is told to nobody", async () => {
  const { absence, told, clock } = world();
  await clock.run(async () => {
    absence.note("it is slow");
    await clock.sleep(2_000, signal);
    absence.note(undefined);
    await clock.sleep(60_000, signal);
  });
  expect(told).toEqual([]);
});

test("what stays away is told once, with why it is by then, and that it is back", async () => {
  const { absence, told, clock } = world();
  await clock.run(async () => {
    absence.note("it is slow");
    absence.explain("it refuses");
    await clock.sleep(60_000, signal);
    expect(told).toEqual(["it refuses"]);
    absence.note(undefined);
    await clock.sleep(60_000, signal);
  });
  expect(told).toEqual(["it refuses", undefined]);
});

test("each time counts for itself", async () => {
  const { absence, told, clock } = world();
  await clock.run(async () => {
    for (const why of ["one", "two", "three"]) {
      absence.note(why);
      await clock.sleep(2_000, signal);
      absence.note(undefined);
    }
    absence.explain("nothing is away");
    await clock.sleep(60_000, signal);
  });
  expect(told).toEqual([]);
});

function world() {
  const clock = new VirtualClock();
  const told: (string | undefined)[] = [];
  return { clock, told, absence: new Absence({ clock, signal, tell: (why) => told.push(why) }) };
}
