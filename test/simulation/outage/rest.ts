import { foldDebts } from "../../../src/domain/debt.ts";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { foldPrimacy } from "../../../src/domain/primary.ts";
import { whyHeld } from "../../../src/engine/advance.ts";
import { ADDRESSES, REPLICAS, SITES, type SiteName, WORKLOAD } from "./site.ts";
import type { World } from "./world.ts";

type Stream = readonly JournalEvent[];

/** Where everything must be once all is at rest: one serves and takes writes, the other does neither. */
export function* whyElsewhere(world: World, all: readonly Stream[]): Generator<string> {
  // What a human left as it is, or has not answered yet, is nowhere in particular.
  if (all.some(isLeft)) return;
  const leases = SITES.map((site) => {
    const lease = world.sites[site].leases.look("shop");
    return [site, { found: lease ?? null }] as const;
  });
  const primacy = foldPrimacy(Object.fromEntries(leases));
  if (!("primary" in primacy)) return yield `1: who is primary? ${primacy.problem}`;
  const here = primacy.primary as SiteName;
  const { kubernetes, store } = world.sites[here];
  const { address } = world.zone.look();
  if (address !== ADDRESSES[here]) yield `6: the zone answers ${address}, not ${here}`;
  const { replicas } = kubernetes.look(WORKLOAD);
  if (replicas !== REPLICAS) yield `3: ${here} has ${replicas} replicas at the end`;
  const { role } = store.look();
  if (role !== "primary") yield `3: ${here}'s store is ${role} at the end`;
  if (!world.isServing(here)) yield `3: ${here} does not serve at the end`;
  // Nothing is done for a human who stopped it.
  if (all.some(isStopped)) return;
  yield* whyNotAside(world, here === "blue" ? "green" : "blue", all);
}

function* whyNotAside(world: World, there: SiteName, all: readonly Stream[]): Generator<string> {
  const { kubernetes, store } = world.sites[there];
  const { replicas } = kubernetes.look(WORKLOAD);
  if (replicas !== 0) yield `3: ${there} has ${replicas} replicas at the end`;
  const { role } = store.look();
  if (role === "primary") yield `1: ${there}'s store takes writes at the end, too`;
  const debts = all.reduce(foldDebts, []).filter(({ owed }) => owed === "fence");
  if (debts.length > 0) yield `9: at the end it owes ${JSON.stringify(debts)}`;
}

function isLeft(events: Stream): boolean {
  const end = events.find((event) => event.type === "operation.ended");
  return end?.outcome === "held" || (!end && whyHeld(events) !== undefined);
}

function isStopped(events: Stream): boolean {
  return events.some((event) => event.type === "operation.aborting" && event.by === "alice");
}
