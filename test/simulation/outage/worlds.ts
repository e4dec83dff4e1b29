import { describe, expect, test } from "@jest/globals";
import { seedCount } from "../../seed-count.ts";
import { drawScript } from "./draw.ts";
import { runOutage } from "./outage.ts";
import { storyOf } from "./story.ts";
import { tellOf } from "./verdict-on.ts";

/** Worlds of one test: then a failure names few of them, and a slow machine still gets through. */
const BATCH = 25;
const OF_A_BATCH_MS = 240_000;
/** Of so many worlds one is run twice. */
const REPLAY_EVERY = 20;

/** The worlds of one suite: two suites share them, so that both cores of a machine are used. */
export function simulateWorlds(half: "odd" | "even"): void {
  const seeds = Array.from({ length: seedCount() }, (_, index) => index + 1).filter(
    (seed) => seed % 2 === (half === "odd" ? 1 : 0),
  );
  const batches = Array.from({ length: Math.ceil(seeds.length / BATCH) }, (_, index) => {
    const batch = seeds.slice(index * BATCH, (index + 1) * BATCH);
    return [batch[0], batch.at(-1), batch] as const;
  });

  describe("whatever is drawn, what must never happen does not", () => {
    test.each(batches)(
      `${half} worlds from %i to %i`,
      async (_, __, batch) => {
        for (const [index, seed] of batch.entries()) {
          const script = drawScript(seed);
          const outcome = await runOutage(script);
          const { violations } = tellOf(outcome);
          if (violations.length > 0) throw new Error(storyOf(script, outcome, violations));
          if (index % REPLAY_EVERY !== 0) continue;
          expect((await runOutage(script)).hash).toBe(outcome.hash);
        }
      },
      OF_A_BATCH_MS,
    );
  });
}
