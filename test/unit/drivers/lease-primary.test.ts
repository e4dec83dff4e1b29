import { expect, test } from "@jest/globals";
import { leaseSchema } from "../../../src/drivers/lease/lease.ts";
import { bindLease, registry } from "../../../src/drivers/lease/registry.ts";
import type { LeaseRecord } from "../../../src/engine/ports/lease.ts";
import { MemoryLeases } from "../../fakes/memory-leases.ts";
import { untilAborted } from "../../fakes/until-aborted.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const application = "shop";
const { signal } = new AbortController();
const RECORD: LeaseRecord = {
  epoch: 5,
  sequence: 0,
  primary: "blue",
  operation: "op-1",
  holder: "worker-1",
  durationMs: 5_000,
  renewedAt: 1_767_225_600_000,
};

function open({ blue: atBlue }: { readonly blue?: LeaseRecord } = {}) {
  const clock = new VirtualClock();
  const blue = new MemoryLeases(clock, { networkMs: 1 });
  const green = new MemoryLeases(clock, { networkMs: 1 });
  green.write(application, { seen: undefined, next: RECORD });
  if (atBlue) blue.write(application, { seen: undefined, next: atBlue });
  const tools = { application, clusters: { blue, green }, decisive: "green", clock };
  const action = bindLease({ driver: "primary" }, { primary: "green" }, tools);
  return { clock, blue, green, action };
}

const apply = { epoch: 5, sequence: 7, signal };
const MOVED = { ...RECORD, sequence: 7, primary: "green" };

test("the others are told too, and who held one of them at an older epoch does not any more", async () => {
  const { clock, blue, green, action } = open({
    blue: { ...RECORD, epoch: 4, holder: "worker-0" },
  });
  await clock.run(() => action.apply(apply));
  expect(green.look(application)).toEqual(MOVED);
  const { operation: _, holder: __, ...free } = MOVED;
  expect(blue.look(application)).toEqual(free);
});

test("one without a Lease gets one", async () => {
  const { clock, blue, action } = open();
  expect(await clock.run(() => action.observe(signal))).toMatchObject({
    others: { blue: "absent" },
  });
  await clock.run(() => action.apply(apply));
  expect(blue.look(application)).toEqual(MOVED);
});

test("one that hangs costs a step one bound, and no error", async () => {
  const { clock, blue, green, action } = open({ blue: RECORD });
  blue.onCall = (_, late) => untilAborted(late);
  const observed = await clock.run(async () => {
    await action.observe(signal);
    await action.apply(apply);
    return await action.observe(signal);
  });
  expect(observed).toMatchObject({ primary: "green", others: { blue: "unreachable" } });
  expect(green.look(application)).toEqual(MOVED);
  expect(clock.monotonicMs()).toBeLessThan(350);
});

test("one with a newer pair says that somebody else may act", async () => {
  const { clock, blue, action } = open({ blue: { ...RECORD, epoch: 6 } });
  await expect(clock.run(() => action.apply(apply))).rejects.toMatchObject({
    code: "GL_EPOCH_STALE",
  });
  expect(blue.look(application)?.epoch).toBe(6);
});

test("without a Lease in the decisive cluster there is no authority", async () => {
  const clock = new VirtualClock();
  const green = new MemoryLeases(clock, { networkMs: 1 });
  const tools = { application, clusters: { green }, decisive: "green", clock };
  const action = bindLease({ driver: "primary" }, { primary: "green" }, tools);
  const missing = { code: "GL_NOT_FOUND" };
  await expect(clock.run(() => action.observe(signal))).rejects.toMatchObject(missing);
  await expect(clock.run(() => action.apply(apply))).rejects.toMatchObject(missing);
});

test("what was is brought back", async () => {
  const { clock, action } = open({ blue: RECORD });
  const before = await clock.run(() => action.observe(signal));
  expect(action.whyNotReached(before)).toBe("primary is blue, not green");
  await clock.run(() => action.apply(apply));
  const back = action.restoring(before);
  await clock.run(async () => await back?.apply({ ...apply, sequence: 9 }));
  expect(await clock.run(() => action.observe(signal))).toMatchObject({
    primary: "blue",
    sequence: 9,
    others: { blue: { primary: "blue", sequence: 9 } },
  });
});

test("what can't be configured or wanted is refused", () => {
  expect(registry.safeParse({ driver: "primary" }).success).toBe(true);
  expect(registry.safeParse({ driver: "secondary" }).success).toBe(false);
  expect(leaseSchema.safeParse({ primary: "" }).success).toBe(false);
});

test("one that is slow is told, and not waited for", async () => {
  const { clock, blue, green, action } = open({ blue: RECORD });
  blue.onCall = (_, late) => clock.sleep(120, late);
  await clock.run(async () => {
    await action.observe(signal);
    await action.apply(apply);
  });
  expect(green.look(application)).toEqual(MOVED);
  expect(clock.monotonicMs()).toBeLessThan(150);
  await clock.run(() => clock.sleep(300, signal));
  expect(blue.look(application)).toEqual(MOVED);
});
