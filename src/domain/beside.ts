import { type Baseline, baselineOf, readBaseline } from "./baseline.ts";
import { memberOf } from "./cause.ts";
import { isPromotion } from "./freeze.ts";
import { renderInstant } from "./instant.ts";
import type { Json } from "./json.ts";
import type { Missing } from "./missing.ts";
import type { StepRecord } from "./step-record.ts";

/** What a former primary acknowledged after it should not have. */
export type AcknowledgedBeside = {
  /** Writes of clients that it alone has: those at its fence less those it had before. */
  readonly writes: number;
  /** All that it held when it was fenced. */
  readonly held: number;
  /** What is taken from that, how it is known, and as of when. */
  readonly counted: { readonly from: string; readonly writes: number; readonly by: string };
  readonly position: Json;
  /** In which it could have served beside the other. */
  readonly window: { readonly from: string; readonly until: string };
  /** The operation that owed the fence; null: this one paid it itself, late. */
  readonly owedBy: string | null;
};

/** Of one store, and what that means for what is lost. */
export type Beside = {
  readonly store: string;
  readonly acknowledged: AcknowledgedBeside | Missing;
  /** none: there was no such time. open: it is not over, and another report says it. unknown: nobody can count it. */
  readonly state: "none" | "open" | "counted" | "unknown";
  /** From the count's beginning to the fence. */
  readonly spanMs: number;
};

/** Where an operation stands: its steps, and what it was opened for. */
export interface BesideCourse {
  readonly steps: readonly StepRecord[];
  readonly cause: Json;
}

/** Of every store that a step fences or promotes. */
export function besidesOf(course: BesideCourse): readonly Beside[] {
  const changes = course.steps.filter(({ planned }) => planned.uses === "data");
  const stores = [...new Set(changes.flatMap(({ planned }) => planned.subject ?? []))];
  return stores.map((store) => {
    const own = changes.filter(({ planned }) => planned.subject === store);
    const fences = own.filter(({ planned }) => memberOf(planned.desired, "role") === "fenced");
    const promotions = own.filter(({ planned }) => isPromotion(planned));
    if (promotions.length > 0) return ofMove(store, { fences, promotions, course });
    return ofPayment(store, fences, course.cause);
  });
}

/** Of a plan that promotes another store: by the order of the journal, never by how it stands at last. */
function ofMove(
  store: string,
  at: {
    readonly fences: readonly StepRecord[];
    readonly promotions: readonly StepRecord[];
    readonly course: BesideCourse;
  },
): Beside {
  const { fences, promotions, course } = at;
  const [first] = promotions
    .filter(({ state }) => state !== "not started")
    .toSorted((one, other) => beganAfter(one) - beganAfter(other));
  if (!first) return none(store, "no other store was promoted");
  if (fences.length === 0) return { ...open(store, "no step fences it"), state: "none" };
  const unpaid = fences.find(({ state }) => state !== "reached");
  if (unpaid) {
    const { id, owes } = unpaid.planned;
    const owed = owes === undefined ? "" : `, and its ${owes} is owed`;
    const what = `${id} ${unpaid.state}${owed}`;
    return open(store, `${what}: what it acknowledged beside the other is known when it is fenced`);
  }
  const late = fences.find(({ endedAfter }) => (endedAfter ?? 0) > beganAfter(first));
  if (!late) return none(store, "it was fenced before another was promoted");
  const baseline = baselineOf({ store, cluster: late.planned.cluster ?? "" }, course);
  return count(store, late, { baseline, from: first.startedAt, owedBy: null });
}

/** Of a plan that fences a store, and promotes none: it pays what another owed. */
function ofPayment(store: string, fences: readonly StepRecord[], cause: Json): Beside {
  if (fences.length === 0) return none(store, "no step fences it");
  const fence = fences.find(({ state }) => state === "reached");
  if (!fence) {
    const isSeen = fences.some(({ before }) => before != null);
    return unknown(store, isSeen ? "it is not fenced yet" : CANT_BE_ASKED);
  }
  const { planned, before } = fence;
  const debts = memberOf(cause, "debts");
  const debt = (Array.isArray(debts) ? debts : []).find(
    (one: Json) =>
      memberOf(one, "subject") === planned.subject && memberOf(one, "uses") === planned.uses,
  );
  if (debt === undefined && memberOf(before, "role") !== "primary")
    return none(store, "it was no primary, and no fence of it was owed");
  if (debt === undefined)
    return unknown(
      store,
      "no fence of it was owed: since when it was a second primary is not known",
    );
  const since = memberOf(debt, "besideFrom") ?? memberOf(debt, "since");
  const operation = memberOf(debt, "operation");
  if (memberOf(debt, "paidAt") !== undefined && memberOf(before, "role") !== "primary")
    return none(
      store,
      `it was fenced in ${isText(operation) ? operation : "another operation"}, whose report counts it`,
    );
  return count(store, fence, {
    baseline: readBaseline(debt),
    from: typeof since === "number" ? since : null,
    owedBy: typeof operation === "string" ? operation : null,
  });
}

function count(
  store: string,
  fence: StepRecord,
  known: {
    readonly baseline: Baseline | undefined;
    readonly from: number | null;
    readonly owedBy: string | null;
  },
): Beside {
  const { after, endedAt } = fence;
  const { baseline, owedBy } = known;
  const held = memberOf(after, "writes");
  const role = whyNotPrimary(fence);
  if (role !== undefined) return unknown(store, role);
  if (typeof held !== "number" || endedAt === null) return unknown(store, SAYS_NOTHING);
  if (!baseline) return unknown(store, "its counter was not seen before the fault");
  const writes = held - baseline.writes;
  if (writes < 0)
    return unknown(store, `its counter went back, from ${baseline.writes} to ${held}`);
  const [from, until] = [renderInstant(known.from ?? baseline.at), renderInstant(endedAt)];
  const counted = { from: renderInstant(baseline.at), writes: baseline.writes, by: baseline.by };
  const position = memberOf(after, "position") ?? null;
  return {
    store,
    state: "counted",
    spanMs: Math.max(0, endedAt - baseline.at),
    acknowledged: { writes, held, counted, position, window: { from, until }, owedBy },
  };
}

/** What follows another has that one's history, and its counter says nothing of its own. */
function whyNotPrimary({ before, beforeLast }: StepRecord): string | undefined {
  const [first, last] = [memberOf(before, "role"), memberOf(beforeLast ?? before, "role")];
  if (first === undefined) return "its role was not seen before it was fenced";
  const other = first === "primary" ? last : first;
  if (other === "primary" || (first === "primary" && other === "fenced")) return undefined;
  return `it was ${isText(other) ? other : "something else"} already when it was to be fenced, so that its counter is not its own as a primary`;
}

function isText(value: Json | undefined): value is string {
  return typeof value === "string";
}

function beganAfter({ startedAfter, endedAfter }: StepRecord): number {
  return startedAfter ?? endedAfter ?? 0;
}

function none(store: string, notApplicable: string): Beside {
  return { store, state: "none", spanMs: 0, acknowledged: { notApplicable } };
}

function open(store: string, notCaptured: string): Beside {
  return { store, state: "open", spanMs: 0, acknowledged: { notCaptured } };
}

function unknown(store: string, notCaptured: string): Beside {
  return { store, state: "unknown", spanMs: 0, acknowledged: { notCaptured } };
}

const CANT_BE_ASKED = "the former primary's store could not be asked";
const SAYS_NOTHING = "the store does not say what it acknowledged";
