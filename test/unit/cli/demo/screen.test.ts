import { expect, test } from "@jest/globals";
import { SystemClock } from "../../../../src/adapters/clock/system-clock.ts";
import { Screen } from "../../../../src/cli/demo/screen.ts";

test("a part tells what belongs to it: before the first it waits, of an earlier one it is silent", async () => {
  const lines: string[] = [];
  const out = async (text: string) => void lines.push(text.trim().replaceAll(/\s+/g, " "));
  const screen = new Screen({ out, clock: new SystemClock(), json: false });
  const tell = (at: number, text: string) => screen.tell({ at, what: "verdict", text });
  tell(990, "just before");
  await screen.settled();
  screen.start(1_000);
  tell(1_250, "during");
  await screen.settled();
  screen.start(60_000);
  tell(59_000, "of the first, and too late");
  tell(60_500, "of the second");
  await screen.settled();
  expect(lines).toEqual([
    "-0.010 verdict just before",
    "+0.250 verdict during",
    "+0.500 verdict of the second",
  ]);
});
