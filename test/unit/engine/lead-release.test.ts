import { expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { Operations } from "../../../src/engine/operations.ts";
import { createOperationsWorld } from "../../fakes/operations.ts";

test("an operation is over for others only once its Lease is let go", async () => {
  const world = createOperationsWorld();
  const { clock, green, queue, journal, deeds, leases, opening, sleep } = world;
  await clock.run(async () => {
    const life = new AbortController();
    const held: (string | undefined)[] = [];
    const operations = new Operations({
      clock,
      leases,
      journal,
      queue,
      signal: life.signal,
      holder: "one",
      digest: sha256,
      chance: { id: () => "1", fraction: () => 0 },
      binder: ({ id }) => deeds[id] ?? { gate: { whyNot: async () => undefined } },
      pollMs: 25,
      onNews: ({ state }) => {
        if (state === "succeeded") held.push(green.look("shop")?.holder);
      },
    });
    await queue.work((job) => operations.attempt(job));
    await operations.open(opening);
    // From here on each call to a Lease takes its time.
    green.onCall = (_, signal) => clock.sleep(300, signal);
    await sleep(10_000);
    expect(held).toEqual([undefined]);
    life.abort(new Error("over"));
  });
});
