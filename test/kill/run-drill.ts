import type { JournalEvent } from "../../src/domain/event.ts";
import type { OperationSummary } from "../../src/runtime/control.ts";
import type { NotedCall } from "../../src/sandbox/call-log.ts";
import type { ClusterSeen } from "./cluster-seen.ts";
import { type Course, killAt, startAgain } from "./run-case.ts";
import { World } from "./world.ts";

/** All that is known of a drill when it is over. */
export interface DrillEvidence {
  readonly events: readonly JournalEvent[];
  readonly operations: readonly OperationSummary[];
  readonly before: Readonly<Record<"blue" | "green", ClusterSeen>>;
  readonly after: Readonly<Record<"blue" | "green", ClusterSeen>>;
  /** From the request to the end, whoever made them. */
  readonly calls: readonly NotedCall[];
  /** Which cluster the public name leads a user's order to. */
  readonly servedBy: string;
}

/** One drill in a healthy world, with serve killed on the way. */
export async function runDrill(course: Course, data: string): Promise<DrillEvidence> {
  const world = await World.open(data);
  try {
    world.start();
    await world.untilHealthy();
    const before = await lookAround(world);
    const last = (await world.panel.calls()).at(-1)?.number ?? 0;
    const killing = course.moment && killAt(course.moment, world, async () => true);
    const asked = ask(world);
    if (killing) {
      await killing;
      await startAgain(course, world);
      await world.untilHealthy();
    }
    await asked;
    await world.until("it is over", async () =>
      (await world.operations()).every(({ ended }) => ended),
    );
    const calls = await world.panel.calls(last);
    const after = await lookAround(world);
    const servedBy = await world.order("late", after.blue.zone.addresses[0] ?? "").catch(String);
    const operations = await world.operations();
    return { events: await world.journal(), operations, before, after, calls, servedBy };
  } finally {
    await world.close();
  }
}

/** Again where it was refused, as a person would; a process that dies answers nobody. */
async function ask(world: World): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const refusal = await world.request("drill").then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (!refusal?.includes(" answered 4")) return;
    if (tries === MAX_TRIES) throw new Error(refusal);
    await world.clock.sleep(AGAIN_MS, new AbortController().signal);
  }
}

async function lookAround(world: World) {
  return { blue: await world.look("blue"), green: await world.look("green") };
}

const MAX_TRIES = 10;
const AGAIN_MS = 500;
