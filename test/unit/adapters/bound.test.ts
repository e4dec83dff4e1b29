import { expect, test } from "@jest/globals";
import { bounded } from "../../../src/adapters/clock/bound.ts";
import { untilAborted } from "../../fakes/until-aborted.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const clock = new VirtualClock();

test("a call that is answered takes its own time, and leaves no alarm", async () => {
  const { signal } = new AbortController();
  const call = (inTime: AbortSignal) => clock.sleep(5, inTime).then(() => "done");
  const done = () => bounded({ clock, timeoutMs: 1_000, signal }, call);
  expect(await clock.run(done)).toBe("done");
  expect(clock.monotonicMs()).toBe(5);
  await expect(clock.run(() => new Promise(() => undefined))).rejects.toThrow("Deadlock");
});

test("a call without an answer ends in time", async () => {
  const { signal } = new AbortController();
  const late = clock.run(() => bounded({ clock, timeoutMs: 30, signal }, untilAborted));
  await expect(late).rejects.toMatchObject({
    code: "ETIMEDOUT",
    message: "no answer within 30 ms",
  });
});

test("a call that does not heed its time is abandoned", async () => {
  const { signal } = new AbortController();
  const deaf = () => new Promise(() => undefined);
  const late = clock.run(() => bounded({ clock, timeoutMs: 30, signal }, deaf));
  await expect(late).rejects.toMatchObject({ code: "ETIMEDOUT" });
});

test("a call ends with its parent, and does not begin after it", async () => {
  const stop = new AbortController();
  const options = { clock, timeoutMs: 30, signal: stop.signal };
  const running = bounded(options, untilAborted);
  stop.abort(new Error("stopped"));
  await expect(running).rejects.toThrow("stopped");
  const calls: string[] = [];
  await expect(bounded(options, async () => calls.push("begun"))).rejects.toThrow("stopped");
  expect(calls).toEqual([]);
});
