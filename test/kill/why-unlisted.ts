import type { Call } from "../../src/sandbox/hold.ts";
import { CALLS, type HoldPlace, LEASE, SERVE } from "./call.ts";
import type { Evidence } from "./run-case.ts";

/** Calls that a failover made and the sweep does not hold, and writes that it makes no more. */
export function* whyUnlisted({ calls, events }: Evidence): Generator<string> {
  const own = calls.filter(
    ({ from, cluster, part }) => from === SERVE && cluster !== "blue" && part !== "control",
  );
  for (const call of own)
    if (!CALLS.some(({ place }) => isAt(place, call)))
      yield `unlisted: ${call.part} ${call.verb} ${call.path}`;
  const listed = CALLS.filter(({ isWrite }) => isWrite);
  for (const { name, place } of listed) {
    const made = own.filter((call) => isAt(place, call)).length;
    const wanted = listed.filter((other) => kindOf(other.place) === kindOf(place)).length;
    const more = place.path === LEASE ? renewalsOf(events) : secondsOf(events);
    if (made < wanted || made > wanted + more)
      yield `${name}: ${made} such writes, the sweep holds ${wanted}`;
  }
}

/** Is it a call of that place? */
export function isAt({ part, cluster, verb, path, pattern }: HoldPlace, call: Call): boolean {
  if (part !== call.part || cluster !== call.cluster) return false;
  if (verb !== undefined && verb !== call.verb) return false;
  if (path !== undefined && !call.path.startsWith(path)) return false;
  return pattern === undefined || new RegExp(pattern).test(call.path);
}

function kindOf({ part, verb, path, pattern }: HoldPlace): string {
  return [part, verb, path, pattern].join(" ");
}

/** As often a call may have been repeated whose answer did not come. */
function secondsOf(events: Evidence["events"]): number {
  const opened = events.find(({ type }) => type === "operation.opened");
  const ended = events.find(({ type }) => type === "operation.ended");
  return opened && ended ? Math.floor((ended.at - opened.at) / 1_000) : 0;
}

/**
 * As often the Lease may have been renewed: once a second, from before the operation was opened, by
 * the decision to open it, until after it ended.
 */
function renewalsOf(events: Evidence["events"]): number {
  const openedAt = events.findIndex(({ type }) => type === "operation.opened");
  const decided = events.slice(0, openedAt).findLast(({ type }) => type === "decision.made");
  const ended = events.find(({ type }) => type === "operation.ended");
  return decided && ended ? Math.ceil((ended.at - decided.at) / 1_000) : 0;
}
