import { expect, test } from "@jest/globals";
import { moveToAndFro } from "../bench/to-and-fro.ts";

/** Of all moves together, on a machine that has other things to do. */
const PATIENCE_MS = 400_000;

test(
  "twenty planned moves in a row fail no request and lose no acknowledged write",
  async () => {
    const { moves, asked, writesAcknowledged, ...clients } = await moveToAndFro(20);
    expect(moves.map(({ outcome }) => outcome)).toEqual(moves.map(() => "succeeded"));
    expect(moves.map(({ to }) => to)).toEqual(
      moves.map((_, number) => (number % 2 === 0 ? "green" : "blue")),
    );
    expect(clients).toEqual({ failed: 0, writesLost: 0 });
    expect(asked).toBeGreaterThan(20 * 50);
    expect(writesAcknowledged).toBeGreaterThan(20 * 10);
  },
  PATIENCE_MS,
);
