import { expect, test } from "@jest/globals";
import type { DataStatus } from "../../../src/domain/data-status.ts";
import { GreenlightError } from "../../../src/domain/errors.ts";
import type { Sight } from "../../../src/engine/survey.ts";
import { Surveyor } from "../../../src/engine/surveyor.ts";
import { application } from "../../fakes/circumstances.ts";
import { MemoryLeases } from "../../fakes/memory-leases.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

function create(store?: Sight["store"]) {
  const clock = new VirtualClock();
  const leases = {
    blue: new MemoryLeases(clock, { networkMs: 1 }),
    green: new MemoryLeases(clock, { networkMs: 1 }),
  };
  const away = async () => Promise.reject(new GreenlightError("GL_UNREACHABLE", "nobody is there"));
  const surveyor = new Surveyor(application, {
    clock,
    signal: new AbortController().signal,
    sight: { leases, workload: away, store: store ?? away },
    onSurvey: () => undefined,
  });
  return { leases, away, surveyor, look: () => clock.run(() => surveyor.refresh()) };
}

test("who was primary still is when no Lease can be read", async () => {
  const { leases, away, surveyor, look } = create();
  await look();
  await look();
  expect(surveyor.primacy).toEqual({ primary: "blue", epoch: 0, sequence: 0 });
  leases.blue.onCall = away;
  leases.green.onCall = away;
  await look();
  expect(surveyor.primacy).toEqual({ primary: "blue", epoch: 0, sequence: 0 });
});

test("an old Lease does not win because the newer one is away", async () => {
  const { leases, away, surveyor, look } = create();
  await look();
  const moved = { epoch: 1, sequence: 7, primary: "green", durationMs: 5_000 };
  const seen = { version: "1", record: { ...moved, epoch: 0, sequence: 0, primary: "blue" } };
  leases.green.write(application.name, { seen, next: moved });
  await look();
  leases.green.onCall = away;
  await look();
  expect(surveyor.primacy).toEqual({ primary: "green", epoch: 1, sequence: 7 });
});

test("at the very first start all have to answer", async () => {
  const { leases, away, surveyor, look } = create();
  leases.green.onCall = away;
  await look();
  expect(surveyor.primacy).toMatchObject({ problem: expect.stringContaining("green does not") });
});

test("what the primary's store had when it was last seen well is at hand when it is gone", async () => {
  let writes = 7;
  let isAway = false;
  const { away, surveyor, look } = create(async () => {
    if (isAway) return away();
    return { role: "primary", writes } as DataStatus;
  });
  await look();
  surveyor.keepLooks("blue", 1_000);
  // One reading is one look, however often it is gone by.
  surveyor.keepLooks("blue", 1_250);
  writes = 9;
  await look();
  surveyor.keepLooks("blue", 2_000);
  isAway = true;
  await look();
  surveyor.keepLooks("blue", 3_000);
  const [store] = application.data;
  const kept = { store, cluster: "blue" };
  expect(surveyor.looksUntil(3_500)).toEqual([{ ...kept, writes: 9, at: 2_000 }]);
  expect(surveyor.looksUntil(1_999)).toEqual([{ ...kept, writes: 7, at: 1_000 }]);
  expect(surveyor.looksUntil(999)).toEqual([]);
  expect(surveyor.looksUntil(null)).toEqual([]);
});
