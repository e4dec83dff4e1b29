import { expect, test } from "@jest/globals";
import type { ToAndFro } from "../bench/to-and-fro.ts";
import { runBench } from "./run-bench.ts";

/** Of all moves together, on a machine that has other things to do. */
const PATIENCE_MS = 300_000;

test(
  "twenty planned moves in a row fail no request and lose no acknowledged write",
  async () => {
    const { code, said, figures } = await runBench("switchover", "--runs", "20");
    expect([code, said]).toEqual([0, said]);
    const seen = figures as ToAndFro;
    const { moves, lastedMs, asked, failed, writesAcknowledged, writesLost } = seen;
    expect(moves.map(({ outcome, to }) => [outcome, to])).toEqual(
      Array.from({ length: 20 }, (_, number) => ["succeeded", number % 2 ? "blue" : "green"]),
    );
    expect({ failed, writesLost }).toEqual({ failed: 0, writesLost: 0 });
    // Fifty a second, one in five a write, less what a busy machine swallows of them.
    expect(asked).toBeGreaterThan((40 * lastedMs) / 1000);
    expect(writesAcknowledged).toBeGreaterThan((8 * lastedMs) / 1000);
  },
  PATIENCE_MS,
);
