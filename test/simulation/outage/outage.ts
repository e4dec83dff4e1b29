import { createHash } from "node:crypto";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { whyHeld } from "../../../src/engine/advance.ts";
import { FAULTS, type FaultName } from "./fault.ts";
import { watchFences } from "./fence-watch.ts";
import type { Trouble } from "./gateway.ts";
import { type Orchestrator, startOrchestrator } from "./process.ts";
import { Seeded } from "./seeded.ts";
import { type Nature, World } from "./world.ts";

/** Everything that will happen to one world, drawn before it begins. */
export interface Script extends Nature {
  readonly seed: number;
  readonly faults: readonly Scheduled[];
  /** Of the processes, one after the other; then none has any. */
  readonly troubles?: readonly Trouble[];
  /** From a process's death to the next. */
  readonly restartMs?: number;
  /** Is there a second orchestrator beside the first, with a holder's name of its own? */
  readonly hasSecond?: boolean;
}

export interface Scheduled {
  readonly fault: FaultName;
  readonly atMs: number;
  readonly forMs: number;
}

export interface Outcome {
  readonly world: World;
  readonly events: readonly JournalEvent[];
  /** Of all that was written and said, and when. */
  readonly hash: string;
}

/** One world from its beginning until its faults are over and everything has come to rest. */
export async function runOutage(script: Script): Promise<Outcome> {
  const world = new World(script);
  await world.clock.run(() => live(world, script));
  const { events } = await world.journal.follow(0, Number.MAX_SAFE_INTEGER);
  const told = [...world.story, ...events.map(({ hash }) => hash)].join("\n");
  return { world, events, hash: createHash("sha256").update(told).digest("hex") };
}

async function live(world: World, script: Script): Promise<void> {
  const { clock } = world;
  const over = new AbortController();
  const crew: Orchestrator[] = [];
  const running = () => crew.filter(({ life }) => !life.aborted);
  const scene = { world, running, chance: new Seeded(script.seed + 1) };
  const tend = async (holder: string, troubles: readonly Trouble[]) => {
    for (let birth = 0; !over.signal.aborted; birth += 1) {
      const chance = new Seeded(script.seed * 1_000 + birth + holder.length);
      const trouble = troubles[birth] ?? {};
      const one = await startOrchestrator(world, { holder, trouble, chance }).catch(
        () => undefined,
      );
      if (one) crew.push(one);
      if (one) await untilDead(one, over.signal);
      await clock.sleep(script.restartMs ?? 500, over.signal);
    }
  };
  const quietlyTend = (...how: Parameters<typeof tend>) => tend(...how).catch(() => undefined);
  void watchFences(world, { running, signal: over.signal });
  void quietlyTend("serve", script.troubles ?? []);
  if (script.hasSecond) void quietlyTend("second", []);
  const faults = script.faults.map(async ({ fault, atMs, forMs }) => {
    await clock.sleep(atMs, over.signal);
    world.note(`${fault}, for ${forMs} ms`);
    const end = FAULTS[fault](scene, forMs);
    await clock.sleep(forMs, over.signal);
    end();
    world.note(`over: ${fault}`);
  });
  await Promise.all(faults);
  await untilAtRest(world, { running, signal: over.signal });
  over.abort(new Error("the world ends"));
  for (const one of running()) one.kill();
}

async function untilDead({ life, clock }: Orchestrator, over: AbortSignal) {
  const either = AbortSignal.any([life, over]);
  while (!either.aborted) await clock.sleep(LOOK_MS, either).catch(() => undefined);
}

/** Every operation has ended or is held, and stays so for a while. */
async function untilAtRest(
  world: World,
  { running, signal }: { running: () => readonly Orchestrator[]; signal: AbortSignal },
): Promise<void> {
  const sinceMs = world.clock.monotonicMs();
  for (let calmMs = 0; calmMs < CALM_MS; calmMs += STEP_MS) {
    await world.clock.sleep(STEP_MS, signal);
    const isAtRest =
      running().length > 0 && (await moving(world)).length === 0 && !running().some(isDue);
    if (!isAtRest) calmMs = 0;
    if (world.clock.monotonicMs() - sinceMs > LIVELY_MS) {
      world.ward.blame(`9: ${(await moving(world)).join(", ")} neither ended nor held`);
      return;
    }
  }
}

/** Has it still to do what nobody asks for? */
function isDue({ pipeline, clock }: Orchestrator): boolean {
  const { logbook, recollection } = pipeline;
  const isOwed = logbook.debts.some(({ owed }) => owed === "fence");
  if (logbook.running || (recollection.memory.paused && !isOwed)) return false;
  const kind = isOwed ? "quarantine" : logbook.commit?.next;
  if (kind === undefined || logbook.called.has(kind)) return false;
  return isOwed || clock.monotonicMs() < (logbook.commit?.untilMs ?? 0) + RETIRES_MS;
}

async function moving({ journal }: World): Promise<readonly string[]> {
  const open = await journal.openOperations();
  const events = await Promise.all(open.map((id) => journal.read(id)));
  return open.filter((_, i) => whyHeld(events[i] ?? []) === undefined);
}

/** From the end of a commit window to what comes then. */
const RETIRES_MS = 70_000;
const LOOK_MS = 1_000;
const STEP_MS = 500;
const CALM_MS = 2_500;
/** The longest attempts and their undo, one after the other. */
const LIVELY_MS = 240_000;
