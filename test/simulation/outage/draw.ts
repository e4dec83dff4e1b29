import { FAULTS, type FaultName } from "./fault.ts";
import type { Trouble } from "./gateway.ts";
import type { Scheduled, Script } from "./outage.ts";
import { Seeded } from "./seeded.ts";

/** What happens to the world of that seed. In most of them blue is hurt, and something else beside. */
export function drawScript(seed: number): Script {
  const chance = new Seeded(seed);
  const faults: Scheduled[] = [];
  const hurtMs = chance.int(2_500, 4_500);
  if (!chance.isOneIn(4))
    faults.push({ fault: chance.pick(HURTS), atMs: hurtMs, forMs: drawLength(chance) });
  for (let more = chance.int(0, 3); more > 0; more -= 1) faults.push(drawOther(chance, hurtMs));
  const troubles = Array.from({ length: chance.int(0, 3) }, () => drawTrouble(chance));
  return {
    seed,
    faults,
    troubles,
    restartMs: chance.int(50, 3_000),
    hasSecond: chance.isOneIn(6),
    ...(chance.isOneIn(8) && { policy: { fencing: { unreachable: "refuse" } } }),
  };
}

const ALL = Object.keys(FAULTS) as FaultName[];

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
