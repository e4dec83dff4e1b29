import { expect, test } from "@jest/globals";
import type { Carrier } from "../../../../src/adapters/bus/carrier.ts";
import { createFallbackCarrier } from "../../../../src/adapters/bus/fallback-bus.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";

function setup() {
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  const byFirst: string[] = [];
  const bySecond: string[] = [];
  const resent: string[] = [];
  const missed: boolean[] = [];
  const now = { isAway: false, isNews: false, isSecondAway: false };
  const rest = { receive: () => () => undefined, close: async () => undefined };
  const first: Carrier = {
    ...rest,
    send: async (text) => {
      if (now.isAway) throw new Error("the first is away");
      byFirst.push(text);
    },
  };
  const second: Carrier = {
    ...rest,
    send: async (text) => {
      bySecond.push(text);
    },
    resend: async (text) => {
      if (now.isSecondAway) throw new Error("the second is away");
      resent.push(text);
      return now.isNews;
    },
  };
  const onMissed = (isMissed: boolean) => missed.push(isMissed);
  const carrier = createFallbackCarrier(first, second, { clock, onMissed });
  /** Every 100 ms one, called by its number. */
  const sendFor = async (texts: number, from = 0) => {
    for (let i = from; i < from + texts; i += 1) {
      await carrier.send(`${i}`);
      await clock.sleep(100, signal);
    }
  };
  const run = (task: () => Promise<void>) => clock.run(task);
  return { carrier, now, byFirst, bySecond, resent, missed, sendFor, run };
}

test("what the first takes goes by it alone", async () => {
  const { byFirst, bySecond, sendFor, run } = setup();
  await run(() => sendFor(30));
  expect(byFirst).toHaveLength(30);
  expect(bySecond).toEqual([]);
});

test("what the first does not take goes by the second, until it takes again", async () => {
  const { now, byFirst, bySecond, sendFor, run } = setup();
  await run(async () => {
    now.isAway = true;
    await sendFor(3);
    now.isAway = false;
    await sendFor(3, 3);
  });
  // The one by which the first was found to be back went both ways.
  expect(bySecond).toEqual(["0", "1", "2", "3"]);
  expect(byFirst).toEqual(["3", "4", "5"]);
});

test("one a second is sent again; where it is news all go both ways, until it is none", async () => {
  const { now, byFirst, bySecond, resent, missed, sendFor, run } = setup();
  await run(async () => {
    await sendFor(15);
    expect(resent).toEqual(["0", "10"]);
    now.isNews = true;
    await sendFor(15, 15);
    expect(resent).toEqual(["0", "10", "20"]);
    expect(bySecond).toEqual(["23", "24", "25", "26", "27", "28", "29"]);
    now.isNews = false;
    await sendFor(10, 30);
  });
  expect(resent).toEqual(["0", "10", "20", "30"]);
  expect(bySecond.slice(7)).toEqual(["31", "32"]);
  expect(byFirst).toHaveLength(40);
  expect(missed).toEqual([true, false]);
});

test("where nobody can be asked it stays as it was", async () => {
  const { now, bySecond, missed, sendFor, run } = setup();
  await run(async () => {
    now.isNews = true;
    await sendFor(5);
    now.isSecondAway = true;
    await sendFor(15, 5);
  });
  expect(missed).toEqual([true]);
  expect(bySecond.at(-1)).toBe("19");
});
