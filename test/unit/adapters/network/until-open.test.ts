import { expect, test } from "@jest/globals";
import { untilOpen } from "../../../../src/adapters/network/until-open.ts";
import { GreenlightError, isRetryable } from "../../../../src/domain/errors.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";

const away = new GreenlightError("GL_QUEUE_AWAY", "Redis is away");

test("it tries again, less and less often, and tells each failure", async () => {
  const { opened, delays } = await run(Array(9).fill(away));
  expect(opened).toBe("open");
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
});

test("what no trying mends ends it at once", async () => {
  const wrong = new GreenlightError("GL_CONFIG", "no password");
  await expect(run([away, wrong])).rejects.toBe(wrong);
});

test("it ends with its signal", async () => {
  const stop = new AbortController();
  const reason = new Error("stopping");
  await expect(run([away, away, away], stop, () => stop.abort(reason))).rejects.toBe(reason);
});

async function run(
  failures: readonly Error[],
  stop = new AbortController(),
  onError: () => void = () => undefined,
) {
  const clock = new VirtualClock();
  const left = [...failures];
  const delays: number[] = [];
  const open = async () => {
    const failure = left.shift();
    if (failure) throw failure;
    return "open";
  };
  const opened = await clock.run(() =>
    untilOpen(open, {
      clock,
      signal: stop.signal,
      isPassing: isRetryable,
      onError: (_, againInMs) => {
        delays.push(againInMs);
        onError();
      },
    }),
  );
  return { opened, delays };
}
