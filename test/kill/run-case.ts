import type { JournalEvent } from "../../src/domain/event.ts";
import type { Report } from "../../src/domain/report.ts";
import type { OperationSummary } from "../../src/runtime/control.ts";
import type { NotedCall } from "../../src/sandbox/call-log.ts";
import type { ClusterSeen } from "./cluster-seen.ts";
import { keptDoubt } from "./kept-doubt.ts";
import type { Moment } from "./kill-case.ts";
import { World } from "./world.ts";

/** All that is known when it is over. Instants are wall clock, in ms since 1970. */
export interface Evidence {
  readonly faultAt: number;
  /** The first kill; absent: serve was left alone. */
  readonly killedAt?: number;
  readonly events: readonly JournalEvent[];
  readonly operations: readonly OperationSummary[];
  readonly reports: readonly Report[];
  /** Before blue died; when serve was dead; when all was over. */
  readonly green: {
    readonly before: ClusterSeen;
    readonly between: ClusterSeen;
    readonly after: ClusterSeen;
  };
  /** From blue's death to the end, whoever made them. */
  readonly calls: readonly NotedCall[];
  /** Of the zone; without one that was held and never took effect. */
  readonly updates: number;
  /** Why nothing moves, where that is the end of it. */
  readonly stays: readonly string[];
  /** Which cluster the public name led a user's order to, if it took it. */
  readonly servedBy: string;
  /** Both orders, before and after: as green's store has them. */
  readonly orders: readonly string[];
}

export interface Course {
  /** Absent: serve is left alone. */
  readonly moment?: Moment;
  readonly againMs?: number;
}

/** One outage of blue, from a healthy world to the end, with serve killed on the way. */
export async function runCourse(course: Course, data: string): Promise<Evidence> {
  const world = await World.open(data);
  try {
    world.start();
    await world.untilHealthy();
    await world.order("early", BLUE);
    await world.until("it is replicated", async () => (await world.orders()).includes("early"));
    const before = await world.look("green");
    const last = (await world.panel.calls()).at(-1)?.number ?? 0;
    const faultAt = world.clock.wallMs();
    await world.panel.killBlue();
    // What is kept of a fault is kept beside the calls; a kill before that is a moment, not a call.
    const isKept = async () =>
      (await world.operations()).length > 0 || keptDoubt(await world.journal()) !== undefined;
    const killed = course.moment && (await killAt(course.moment, world, isKept));
    const between = killed ? await world.look("green") : before;
    if (killed) await startAgain(course, world);
    let stays: readonly string[] = [];
    await world.until("it is over", async () => {
      if ((await world.operations()).some(({ ended }) => ended)) return true;
      stays = killed ? await whyStays(world, killed.at) : [];
      return stays.length > 0;
    });
    const calls = await world.panel.calls(last);
    const after = await world.look("green");
    const servedBy = await world.order("late", after.zone.addresses[0] ?? "").catch(String);
    const operations = await world.operations();
    return {
      faultAt,
      ...(killed && { killedAt: killed.at }),
      events: await world.journal(),
      operations,
      reports: await Promise.all(operations.map(({ id }) => world.report(id))),
      green: { before, between, after },
      calls,
      updates: calls.filter(isUpdate).length - (killed?.isUpdateLost ? 1 : 0),
      stays,
      servedBy,
      orders: await world.orders(),
    };
  } finally {
    await world.close();
  }
}

interface Killed {
  readonly at: number;
  /** It came in and never took effect. */
  readonly isUpdateLost: boolean;
}

/** `ready`: what must be so before the kill, beside the call that is held. */
export async function killAt(
  moment: Moment,
  world: World,
  ready: () => Promise<boolean>,
): Promise<Killed> {
  const { panel, clock } = world;
  if ("afterMs" in moment) {
    await clock.sleep(moment.afterMs, new AbortController().signal);
    await world.end("SIGKILL");
    return { at: clock.wallMs(), isUpdateLost: false };
  }
  const { call, when } = moment;
  const first = call.since && (await panel.hold(call.since, "after"));
  if (first !== undefined) await panel.untilHeld(first);
  const hold = await panel.hold(call.place, when);
  if (first !== undefined) await panel.release(first, "pass");
  await panel.untilHeld(hold);
  await world.until("it is ready to be killed", ready);
  await world.end("SIGKILL");
  const at = clock.wallMs();
  await panel.release(hold, "drop");
  return { at, isUpdateLost: when === "before" && isUpdate(call.place) };
}

export async function startAgain({ againMs }: Course, world: World): Promise<void> {
  world.start();
  if (againMs === undefined) return;
  await world.clock.sleep(againMs, new AbortController().signal);
  await world.end("SIGKILL");
  world.start();
}

/**
 * Why it will not move by itself: where serve died before it kept what it saw of the fault, the next
 * one never sees blue answer well. Empty: that is not so, or not said yet.
 */
async function whyStays(world: World, killedAt: number): Promise<readonly string[]> {
  const { action, guards } = await world.explain();
  const against = guards.filter(({ whyNot }) => whyNot !== undefined);
  if (action !== "hold" || against.some(({ name }) => !BLIND.includes(name))) return [];
  if (keptDoubt(await world.journal(), killedAt)) return [];
  return against.map(({ whyNot = "" }) => whyNot);
}

function isUpdate({ part, verb }: { readonly part: string; readonly verb?: string | undefined }) {
  return part === "dns" && verb === "update";
}

/** What forbids a move where nobody saw blue fail. */
const BLIND: readonly string[] = ["never-healthy", "loss-bound"];
const BLUE = "127.0.0.2";
