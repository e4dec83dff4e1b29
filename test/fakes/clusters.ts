import { acquire, type Wanted } from "../../src/engine/authority.ts";
import type { LeaseRecord } from "../../src/engine/ports/lease.ts";
import { MemoryLeases } from "./memory-leases.ts";
import { untilAborted } from "./until-aborted.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** The Leases of blue and green, each call taking 10 ms. */
export function createLeases() {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const blue = new MemoryLeases(clock, { networkMs: 5 });
  const green = new MemoryLeases(clock, { networkMs: 5 });
  return { clock, stop, blue, green, leases: { blue, green } };
}

/** Nothing there is answered any more. */
export function hang(leases: MemoryLeases): void {
  leases.onCall = (_, signal) => untilAborted(signal);
}

export function answer(leases: MemoryLeases): void {
  leases.onCall = async () => undefined;
}

export const record: LeaseRecord = { epoch: 4, sequence: 9, primary: "blue", durationMs: 5_000 };
export const wanted: Wanted = {
  application: "shop",
  operation: "op-1",
  decisive: "green",
  primary: "blue",
  epoch: { above: { epoch: 4, sequence: 9 } },
};

/** Both Leases as given, and what one process or another may do to them. */
export function openLeases({ blue = record, green = record as LeaseRecord | undefined } = {}) {
  const world = createLeases();
  world.blue.write("shop", { seen: undefined, next: blue });
  if (green) world.green.write("shop", { seen: undefined, next: green });
  const { clock, stop, leases } = world;
  const tools = (holder = "one") => ({ clock, signal: stop.signal, holder, leases });
  const take = (more: Partial<Wanted> = {}, holder?: string) =>
    acquire({ ...wanted, ...more }, tools(holder));
  const sleep = (ms: number) => clock.sleep(ms, new AbortController().signal);
  /** Somebody else's write, whatever it is of. */
  const meddle = async (next: LeaseRecord) => {
    const seen = await world.green.read("shop", stop.signal);
    world.green.write("shop", { seen, next });
  };
  return { ...world, take, sleep, meddle };
}
