import { planOf } from "../../../src/engine/drive.ts";
import { owedSteps } from "../../../src/engine/payment.ts";
import type { Orchestrator } from "./process.ts";
import type { SiteName } from "./site.ts";
import type { World } from "./world.ts";

/**
 * 1: a former primary that answers is fenced soon, also while what moved away from it is held or
 * still under way. Nobody can be blamed while what it takes to fence it is away.
 */
export async function watchFences(
  world: World,
  { running, signal }: { running: () => readonly Orchestrator[]; signal: AbortSignal },
): Promise<void> {
  let sinceMs: number | undefined;
  while (!signal.aborted) {
    await world.clock.sleep(LOOK_MS, signal).catch(() => undefined);
    const site = running().length > 0 ? await unfenced(world) : undefined;
    const now = world.clock.monotonicMs();
    sinceMs = site === undefined ? undefined : (sinceMs ?? now);
    if (sinceMs !== undefined && now - sinceMs > FENCED_WITHIN_MS)
      world.ward.blame(`1: ${site} answers, and is not fenced after ${FENCED_WITHIN_MS} ms`);
  }
}

/** Whose store takes writes though an open operation owes it a fence, and can be reached. */
async function unfenced(world: World): Promise<SiteName | undefined> {
  const isCut = [...world.cuts].some((way) => way.startsWith("serve "));
  if (isCut || world.isJournalAway || world.journalDelayMs > 0) return undefined;
  for (const id of await world.journal.openOperations()) {
    const events = await world.journal.read(id);
    const plan = planOf(events);
    const owed = owedSteps(plan, events).find(({ uses }) => uses === "data");
    const site = owed?.cluster as SiteName | undefined;
    if (site === undefined) continue;
    const { states, store } = world.sites[site];
    const canAct = world.sites[plan.to as SiteName].states.api === "up";
    const answers = states.store === "up" && store.look().role === "primary";
    if (canAct && answers) return site;
  }
  return undefined;
}

const LOOK_MS = 500;
/** A Lease may have to run out first, and its next holder to start. */
const FENCED_WITHIN_MS = 15_000;
