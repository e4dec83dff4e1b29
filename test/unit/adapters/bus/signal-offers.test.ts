import { expect, test } from "@jest/globals";
import { createSignalOffers } from "../../../../src/adapters/bus/signal-offers.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";

test("the last ones are at hand, while they would be heard", async () => {
  const clock = new VirtualClock();
  const offers = createSignalOffers(clock);
  const { signal } = new AbortController();
  await clock.run(async () => {
    offers.add("old");
    await clock.sleep(4_000, signal);
    offers.add("new");
    offers.add("x".repeat(2_000));
    expect(offers.fresh()).toEqual(["old", "new"]);
    await clock.sleep(2_000, signal);
  });
  expect(offers.fresh()).toEqual(["new"]);
  for (let i = 0; i < 100; i += 1) offers.add(`${i}`);
  expect(offers.fresh()).toHaveLength(32);
  expect(offers.fresh().at(-1)).toBe("99");
});
