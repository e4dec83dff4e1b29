import { expect, test } from "@jest/globals";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { Surveyor } from "../../../src/engine/surveyor.ts";
import { application } from "../../fakes/circumstances.ts";
import { MemoryLeases } from "../../fakes/memory-leases.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

function create() {
  const clock = new VirtualClock();
  const leases = {
    blue: new MemoryLeases(clock, { networkMs: 1 }),
    green: new MemoryLeases(clock, { networkMs: 1 }),
  };
  const away = async () => Promise.reject(new GreenlightError("GL_UNREACHABLE", "nobody is there"));
  const surveyor = new Surveyor(application, {
    clock,
    signal: new AbortController().signal,
    sight: { leases, workload: away, store: away },
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
