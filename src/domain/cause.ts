import type { DataStatus } from "./data-status.ts";
import type { Json, JsonObject } from "./json.ts";
import type { StoreLook } from "./store-look.ts";
import type { VerdictKind } from "./verdict-kind.ts";

/** Why an operation was opened: the `cause` of `operation.opened`. */
export type Cause = AutomaticCause | ManualCause;

export type AutomaticCause = {
  /** What was decided, and on what, for people. */
  readonly decision: JsonObject;
  readonly verdict: { readonly kind: VerdictKind; readonly evidence: readonly string[] };
  /** Absent: nothing was seen to fail. */
  readonly fault?: Fault;
  readonly losses: readonly LossBound[];
  /** What the primary's stores had acknowledged when they were last seen well, before the fault. */
  readonly stores?: readonly StoreLook[];
};

export type ManualCause = {
  readonly request: { readonly by: string; readonly reason: string };
  readonly stores?: readonly StoreLook[];
};

/** When it happened, wall clock in ms since 1970. The fault began between the first two. */
export type Fault = {
  /** The newest good answer before it; null: there was none yet. */
  readonly lastGoodAt: number | null;
  /** null: the clock was set back since, and nobody knows. */
  readonly firstFailedAt: number | null;
  readonly suspectedAt: number;
  readonly verdictAt: number;
  readonly decidedAt: number;
};

/** How much one store may lose at most by a move, and how that is known. */
export type LossBound = {
  readonly store: string;
  /** null: nothing bounds it. */
  readonly ms: number | null;
  readonly confidence: DataStatus["confidence"];
  readonly method: string;
};

/** What could be read of a cause; null where it says nothing. */
export interface KnownCause {
  readonly fault: { readonly [Name in keyof Fault]: number | null };
  readonly verdict: string | null;
  readonly evidence: readonly string[];
  readonly losses: readonly LossBound[];
  readonly clients: readonly SeenClient[];
}

/** What one vantage was answered that asks by name, from `since` on. */
export interface SeenClient {
  readonly vantage: string;
  readonly address: string;
  readonly whyNot?: string;
  readonly since: number;
  /** Samples that failed since the one before. */
  readonly failed: number;
}

/** Total: a report is due of any operation, also of one whose cause has another shape. */
export function readCause(cause: Json): KnownCause {
  const [fault, verdict] = [memberOf(cause, "fault"), memberOf(cause, "verdict")];
  const instantOf = (name: keyof Fault) => readNumber(memberOf(fault, name));
  const evidence = memberOf(verdict, "evidence");
  const kind = memberOf(verdict, "kind");
  return {
    fault: {
      lastGoodAt: instantOf("lastGoodAt"),
      firstFailedAt: instantOf("firstFailedAt"),
      suspectedAt: instantOf("suspectedAt"),
      verdictAt: instantOf("verdictAt"),
      decidedAt: instantOf("decidedAt"),
    },
    verdict: typeof kind === "string" ? kind : null,
    evidence: isList(evidence) ? evidence.filter((line) => typeof line === "string") : [],
    losses: readLosses(cause),
    clients: readClients(cause),
  };
}

/** What `cause.clients.seen` says of the time before the opening. */
export function readClients(cause: Json): readonly SeenClient[] {
  const list = memberOf(memberOf(cause, "clients"), "seen");
  if (!isList(list)) return [];
  return list.flatMap((one) => {
    const names = ["vantage", "address", "whyNot", "since"];
    const [vantage, address, whyNot, since] = names.map((name) => memberOf(one, name));
    if (typeof vantage !== "string" || typeof address !== "string" || typeof since !== "number")
      return [];
    const failed = readNumber(memberOf(one, "failed")) ?? 0;
    return [{ vantage, address, since, failed, ...(typeof whyNot === "string" && { whyNot }) }];
  });
}

/**
 * The bounds in a cause, or in the `after` of a loss-bound gate's step: `{losses: [LossBound]}`, or
 * one LossBound alone. What is not understood counts as unknown; what
 * names no store is of `store`.
 */
export function readLosses(holder: Json | undefined, store = ""): readonly LossBound[] {
  const losses = memberOf(holder, "losses");
  if (isList(losses)) return losses.map((loss) => readLoss(loss, store));
  const isOne = memberOf(holder, "confidence") !== undefined;
  return holder !== undefined && isOne ? [readLoss(holder, store)] : [];
}

/** The operation that one took back itself. */
export function takenBackBy(opened: { readonly cause: Json } | undefined): string | undefined {
  const earlier = memberOf(opened?.cause, "takesBack");
  return typeof earlier === "string" ? earlier : undefined;
}

/** A member of what may be an object. */
export function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== "object" || value === null || isList(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function readLoss(loss: Json, subject: string): LossBound {
  const [store, method] = [memberOf(loss, "store"), memberOf(loss, "method")];
  const confidence = memberOf(loss, "confidence");
  return {
    store: typeof store === "string" ? store : subject,
    ms: readNumber(memberOf(loss, "ms")),
    confidence: confidence === "proven" || confidence === "estimated" ? confidence : "unknown",
    method: typeof method === "string" ? method : "",
  };
}

function readNumber(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
