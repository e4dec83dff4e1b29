import { type LossBound, memberOf } from "./cause.ts";
import { isPromotion } from "./freeze.ts";
import { renderInstant } from "./instant.ts";
import type { Json, JsonObject } from "./json.ts";
import type { DataLoss } from "./loss.ts";
import type { Missing } from "./missing.ts";
import type { StepRecord } from "./step-record.ts";

/** What happened to one store's data, and how that is known. */
export type ReportedStore = {
  readonly store: string;
  readonly engine: string | Missing;
  /** What was seen of it before and after each step that changed it. */
  readonly positions: readonly ReportedPosition[] | Missing;
  /** The position up to which both sides are known to hold the same. */
  readonly consistencyMarker: Json | Missing;
  readonly lossBound: LossBound | Missing;
  readonly fencing: readonly { readonly step: string; readonly state: string }[] | Missing;
  /** What a former primary acknowledged after it should not have. */
  readonly acknowledgedBeside: AcknowledgedBeside | Missing;
  readonly comparison: Missing;
};

/** What a former primary held when it was fenced at last, and since when it could have served. */
export type AcknowledgedBeside = {
  /** Writes of clients that it holds; those that the promoted store lacks were acknowledged beside it. */
  readonly writes: number;
  readonly position: Json;
  /** `from`: it could have served since then; null: no fence was owed, this operation fenced it. */
  readonly window: { readonly from: string | null; readonly until: string };
  /** The operation that owed the fence: its report has the promoted store's writes to compare with. */
  readonly owedBy: string | null;
};

export type ReportedPosition = {
  readonly step: string;
  readonly cluster: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
};

/** Of every store that a step is about. */
export function reportStores(
  steps: readonly StepRecord[],
  { dataLoss, cause }: { readonly dataLoss: DataLoss; readonly cause: Json },
): readonly ReportedStore[] | Missing {
  const own = steps.filter(({ planned: { uses } }) => uses === "data" || DATA_GATES.includes(uses));
  const stores = [...new Set(own.flatMap(({ planned }) => planned.subject ?? []))];
  if (stores.length === 0) return { notApplicable: "no step of the plan is about a store" };
  return stores.map((store) =>
    reportStore(
      store,
      own.filter(({ planned }) => planned.subject === store),
      { dataLoss, cause },
    ),
  );
}

function reportStore(
  store: string,
  steps: readonly StepRecord[],
  { dataLoss, cause }: { readonly dataLoss: DataLoss; readonly cause: Json },
): ReportedStore {
  const changes = steps.filter(({ planned }) => planned.uses === "data");
  const fences = changes.filter(({ planned }) => memberOf(planned.desired, "role") === "fenced");
  const marker = steps.find(
    ({ planned, state }) => planned.uses === "gate/caught-up" && state === "reached",
  );
  const statuses = changes.flatMap(({ before, after }) => [before, after]);
  const engine = statuses.map((one) => memberOf(one, "engine")).find(isText);
  return {
    store,
    engine: engine ?? { notCaptured: "no step saw a status of it" },
    positions: orMissing(changes.map(positionOf), { notApplicable: "no step changes it" }),
    consistencyMarker:
      marker?.after ??
      (steps.some(({ planned }) => planned.uses === "gate/caught-up")
        ? { notCaptured: "both sides were not seen at one position" }
        : { notApplicable: "the plan does not wait for both sides to be at one position" }),
    lossBound: dataLoss.stores.find((one) => one.store === store) ?? {
      notApplicable: dataLoss.method,
    },
    fencing: orMissing(
      fences.map(({ planned, state }) => ({ step: planned.id, state })),
      { notApplicable: "no step fences it" },
    ),
    acknowledgedBeside: changes.some(({ planned }) => isPromotion(planned))
      ? whyNotBeside(changes, fences)
      : (fences.flatMap((fence) => besideOf(fence, cause))[0] ?? whyNoWrites(fences)),
    comparison: { notCaptured: "stores are compared by position, not row by row" },
  };
}

function besideOf(
  { planned, before, after, endedAt }: StepRecord,
  cause: Json,
): readonly AcknowledgedBeside[] {
  const seen = memberOf(after, "writes") === undefined ? before : after;
  const writes = memberOf(seen, "writes");
  if (typeof writes !== "number" || endedAt === null) return [];
  const debts = memberOf(cause, "debts");
  const debt = (Array.isArray(debts) ? debts : []).find(
    (one: Json) =>
      memberOf(one, "subject") === planned.subject && memberOf(one, "uses") === planned.uses,
  );
  const since = memberOf(debt, "besideFrom") ?? memberOf(debt, "since");
  const operation = memberOf(debt, "operation");
  const from = typeof since === "number" ? renderInstant(since) : null;
  const position = memberOf(seen, "position") ?? null;
  const owedBy = typeof operation === "string" ? operation : null;
  return [{ writes, position, window: { from, until: renderInstant(endedAt) }, owedBy }];
}

/** Of a plan that promotes another store. */
function whyNotBeside(changes: readonly StepRecord[], fences: readonly StepRecord[]): Missing {
  const promotions = changes.filter(({ planned }) => isPromotion(planned));
  if (promotions.every(({ state }) => state === "not started"))
    return { notApplicable: "no other store was promoted" };
  const open = fences.find(({ state }) => state !== "reached");
  if (!open && fences.length > 0)
    return { notApplicable: "it was fenced before another was promoted" };
  if (!open) return { notCaptured: "no step fences it" };
  const { id, owes } = open.planned;
  const owed = owes === undefined ? "" : `, and its ${owes} is owed`;
  return {
    notCaptured: `${id} ${open.state}${owed}: what it acknowledged beside the other is known when it is fenced`,
  };
}

function whyNoWrites(fences: readonly StepRecord[]): Missing {
  if (fences.length === 0) return { notApplicable: "no step fences it" };
  return fences.some(({ before }) => before !== undefined && before !== null)
    ? { notCaptured: "the store does not say what it acknowledged" }
    : { notCaptured: "the former primary's store could not be asked" };
}

function positionOf({ planned, before, after }: StepRecord): ReportedPosition {
  return {
    step: planned.id,
    cluster: planned.cluster ?? "",
    before: statusOf(before),
    after: statusOf(after),
  };
}

/** What of a status concerns its data. */
function statusOf(status: Json | undefined): JsonObject | null {
  const known = KEPT.flatMap((name): [string, Json][] => {
    const value = memberOf(status, name);
    return value === undefined ? [] : [[name, value]];
  });
  return known.length === 0 ? null : Object.fromEntries(known);
}

function orMissing<T>(list: readonly T[], missing: Missing): readonly T[] | Missing {
  return list.length > 0 ? list : missing;
}

function isText(value: Json | undefined): value is string {
  return typeof value === "string";
}

const DATA_GATES: readonly string[] = ["gate/loss-bound", "gate/caught-up", "gate/data-ready"];
const KEPT = [
  "role",
  "position",
  "lagMs",
  "heartbeatAt",
  "linkUp",
  "confidence",
  "writes",
] as const;
