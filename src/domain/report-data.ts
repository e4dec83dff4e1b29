import type { AcknowledgedBeside, Beside } from "./beside.ts";
import { type LossBound, memberOf } from "./cause.ts";
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

export type ReportedPosition = {
  readonly step: string;
  readonly cluster: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
};

/** Of every store that a step is about. */
export function reportStores(
  steps: readonly StepRecord[],
  { dataLoss, besides }: { readonly dataLoss: DataLoss; readonly besides: readonly Beside[] },
): readonly ReportedStore[] | Missing {
  const own = steps.filter(({ planned: { uses } }) => uses === "data" || DATA_GATES.includes(uses));
  const stores = [...new Set(own.flatMap(({ planned }) => planned.subject ?? []))];
  if (stores.length === 0) return { notApplicable: "no step of the plan is about a store" };
  return stores.map((store) =>
    reportStore(
      store,
      own.filter(({ planned }) => planned.subject === store),
      { dataLoss, besides },
    ),
  );
}

function reportStore(
  store: string,
  steps: readonly StepRecord[],
  { dataLoss, besides }: { readonly dataLoss: DataLoss; readonly besides: readonly Beside[] },
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
    acknowledgedBeside: besides.find((one) => one.store === store)?.acknowledged ?? {
      notApplicable: "no step changes it",
    },
    comparison: { notCaptured: "stores are compared by position, not row by row" },
  };
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
