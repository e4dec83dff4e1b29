import { describe, expect, test } from "@jest/globals";
import { seedCount } from "../../seed-count.ts";
import { drawScript } from "./draw.ts";
import { runOutage } from "./outage.ts";
import { storyOf } from "./story.ts";
import { tellOf } from "./verdict-on.ts";

/** Worlds of one test: then a failure names few of them, and a slow machine still gets through. */
const BATCH = 25;
const OF_A_BATCH_MS = 120_000;
/** Of so many worlds one is run twice. */
const REPLAY_EVERY = 20;

describe("whatever is drawn, what must never happen does not", () => {
  const batches = Array.from({ length: Math.ceil(seedCount() / BATCH) }, (_, i) => i * BATCH + 1);

  test.each(batches)(
    `worlds %i and the ${BATCH - 1} after it`,
    async (first) => {
      for (let seed = first; seed < first + BATCH; seed += 1) {
        const script = drawScript(seed);
        const outcome = await runOutage(script);
        const { violations } = tellOf(outcome);
        if (violations.length > 0) throw new Error(storyOf(script, outcome, violations));
        if (seed % REPLAY_EVERY !== 0) continue;
        expect((await runOutage(script)).hash).toBe(outcome.hash);
      }
    },
    OF_A_BATCH_MS,
  );
});
