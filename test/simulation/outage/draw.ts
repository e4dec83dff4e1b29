import { FAULTS, type FaultName } from "./fault.ts";
import type { Trouble } from "./gateway.ts";
import type { Scheduled, Script } from "./outage.ts";
import { Seeded } from "./seeded.ts";

/** What happens to the world of that seed. In most of them blue is hurt, and something else beside. */
export function drawScript(seed: number): Script {
  const chance = new Seeded(seed);
  const faults: Scheduled[] = [];
  const hurtMs = chance.int(2_500, 4_500);
  const isAsked = chance.isOneIn(2);
  if (isAsked) faults.push(...drawAsked(chance, hurtMs));
  else if (!chance.isOneIn(4))
    faults.push({ fault: chance.pick(HURTS), atMs: hurtMs, forMs: drawLength(chance) });
  for (let more = chance.int(0, isAsked ? 2 : 3); more > 0; more -= 1)
    faults.push(drawOther(chance, hurtMs));
  const troubles = Array.from({ length: chance.int(0, 3) }, () => drawTrouble(chance));
  return {
    seed,
    faults,
    troubles,
    restartMs: chance.int(50, 3_000),
    hasSecond: chance.isOneIn(6),
    ...(isAsked && { podsMs: chance.int(100, 3_000) }),
    ...(chance.isOneIn(8) && { policy: { fencing: { unreachable: "refuse" } } }),
  };
}

const ALL = Object.keys(FAULTS) as FaultName[];

/** Something that a person asks for, or that follows an outage, and what goes wrong in it. */
function drawAsked(chance: Seeded, atMs: number): readonly Scheduled[] {
  const forMs = drawLength(chance);
  const soonMs = atMs - chance.int(0, 300);
  const drawn = (list: readonly FaultName[]) => ({ fault: chance.pick(list), atMs: soonMs, forMs });
  switch (chance.int(1, 3)) {
    case 1:
      return [{ fault: "a drill is asked for", atMs, forMs }, drawn(IN_DRILLS)];
    case 2: {
      const move = { fault: "a switchover is asked for", atMs, forMs } as const;
      const laterMs = atMs + chance.int(1_000, 12_000);
      const then = { fault: chance.pick(AFTER_MOVES), atMs: laterMs, forMs: drawLength(chance) };
      return chance.isOneIn(2) ? [move, drawn(IN_SWITCHOVERS)] : [move, then];
    }
    default: {
      const laterMs = atMs + chance.int(1_500, 9_000);
      const then = { fault: chance.pick(AFTER_OUTAGES), atMs: laterMs, forMs: drawLength(chance) };
      return [{ fault: chance.pick(HURTS), atMs, forMs }, then];
    }
  }
}

const IN_DRILLS = ALL.filter((name) => name.endsWith(" drill"));
const IN_SWITCHOVERS = ALL.filter((name) => name.endsWith(" switchover"));
const AFTER_MOVES = [
  "the last move is taken back",
  "the last move is taken back",
  "the wall clock jumps",
  "green dies",
  "blue dies",
  "green comes and goes",
  "a drill is asked for",
  "a switchover is asked for",
  "the process is killed",
] as const satisfies readonly FaultName[];
const AFTER_OUTAGES = [
  "blue comes and goes",
  "blue comes and goes during its quarantine",
  "the process is killed during a quarantine",
  "a switchover is asked for",
  "a drill is asked for",
  "a human acknowledges",
  "green dies",
  "a human aborts",
] as const satisfies readonly FaultName[];

const HURTS = [
  "blue dies",
  "blue hangs",
  "blue dies",
  "blue's public path dies",
  "blue's public path hangs",
] as const satisfies readonly FaultName[];

/** Some around the moment at which blue is hurt, the others whenever it is. */
function drawOther(chance: Seeded, hurtMs: number): Scheduled {
  const isClose = chance.isOneIn(2);
  const atMs = isClose ? hurtMs + chance.int(-500, 2_000) : chance.int(300, 9_000);
  return { fault: chance.pick(ALL), atMs, forMs: drawLength(chance) };
}

/** Short ones end while something is under way, long ones after everything. */
function drawLength(chance: Seeded): number {
  return chance.isOneIn(2) ? chance.int(100, 2_500) : chance.int(2_500, 8_000);
}

function drawTrouble(chance: Seeded): Trouble {
  const when = chance.pick(["before", "after"] as const);
  const number = chance.int(1, 14);
  switch (chance.int(1, 4)) {
    case 1:
      return { dieAtWrite: { number, when } };
    case 2:
      return { dieAtAppend: { number: chance.int(1, 20), when } };
    case 3:
      return { lateWrite: { number, ms: chance.int(300, 15_000) } };
    default:
      return {};
  }
}
