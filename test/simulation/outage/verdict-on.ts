import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { whyBroken } from "../../../src/domain/chain.ts";
import { type JournalEvent, LEDGER } from "../../../src/domain/event.ts";
import { whyHeld } from "../../../src/engine/advance.ts";
import { whyUnsound } from "./invariant.ts";
import type { Outcome } from "./outage.ts";

/** What came of a world, as a table of what is expected can say it. */
export interface Told {
  readonly moves: readonly Move[];
  /** Why it did not move where it should have: what people are told. */
  readonly holds: readonly string[];
  readonly violations: readonly string[];
}

interface Move {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
  /** From the first failed answer to the end. */
  readonly tookMs: number | null;
}

export function tellOf({ world, events }: Outcome): Told {
  const broken = whyBroken(events, sha256).map((one) => `5: ${JSON.stringify(one)}`);
  const streams = operationsOf(events);
  const unsound = whyUnsound(world, streams);
  return {
    holds: events.flatMap((event) =>
      event.type === "decision.made" && event.action === "hold" ? event.reasons : [],
    ),
    moves: [...streams.values()].map(moveOf),
    violations: [...world.ward.violations, ...broken, ...unsound],
  };
}

/** The operations' streams, the oldest first. */
export function operationsOf(
  events: readonly JournalEvent[],
): ReadonlyMap<string, readonly JournalEvent[]> {
  const streams = new Map<string, JournalEvent[]>();
  for (const event of events) {
    if (event.stream === LEDGER || event.stream.startsWith("application-")) continue;
    streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  }
  return streams;
}

function moveOf(events: readonly JournalEvent[]): Move {
  const opened = events.find((event) => event.type === "operation.opened");
  if (!opened) throw new Error("an operation without a beginning");
  const ended = events.find((event) => event.type === "operation.ended");
  const cause = opened.cause as { readonly fault?: { readonly firstFailedAt: number } };
  const since = cause.fault?.firstFailedAt;
  return {
    kind: opened.plan.kind,
    from: opened.plan.from,
    to: opened.plan.to,
    outcome: ended?.outcome ?? (whyHeld(events) === undefined ? "open" : "held"),
    tookMs: ended && since !== undefined ? ended.at - since : null,
  };
}
