import { canonical } from "./canonical.ts";
import { memberOf } from "./cause.ts";
import type { JournalEvent } from "./event.ts";
import { renderInstant } from "./instant.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Missing } from "./missing.ts";
import type { OperationPlan } from "./plan.ts";
import type { StepRecord } from "./step-record.ts";

/** How things went back to what they were, and the proof. */
export type ReturnToNormal = {
  readonly isComplete: boolean;
  readonly steps: readonly {
    readonly step: string;
    readonly state: string;
    readonly endedAt: string | null;
    readonly before: Json;
    readonly after: Json;
    /** Members that are not as they were, but for those that every write changes. */
    readonly differs: readonly string[];
  }[];
};

/** In which one command takes a move back. */
export type CommitWindow = {
  readonly until: string;
  readonly back: string;
};

export function reportReturn(
  plan: OperationPlan,
  steps: readonly StepRecord[],
): ReturnToNormal | Missing {
  const undone = steps.filter(({ undo }) => undo !== undefined);
  if (undone.length === 0)
    return plan.ends === "keep"
      ? { notApplicable: "what was changed stays: it was to be kept, and nothing was taken back" }
      : { notCaptured: "nothing was taken back yet, or there was nothing to take back" };
  const written = steps.filter(({ before }) => before !== undefined);
  const back = undone.map(({ planned, before = null, undo }) => ({
    step: planned.id,
    state: undo?.state ?? "not started",
    endedAt: undo?.endedAt == null ? null : renderInstant(undo.endedAt),
    before,
    after: undo?.after ?? null,
    differs: differencesOf(before, undo?.after ?? null),
  }));
  const isBack = written.every(({ undo }) => undo?.state === "reached");
  return { isComplete: isBack && back.every(({ differs }) => differs.length === 0), steps: back };
}

/** Every step that wrote and is not back as it was, with what is otherwise. */
export function whyNotBack(steps: readonly StepRecord[]): readonly string[] {
  return steps.flatMap(({ planned: { id }, before, undo }) => {
    if (before === undefined) return [];
    if (undo?.state !== "reached") return [`${id} was not put back`];
    const differs = differencesOf(before, undo.after ?? null);
    return differs.length === 0 ? [] : [`${id} differs in ${differs.join(", ")}`];
  });
}

export function reportCommit(
  { commit }: OperationPlan,
  ended: JournalEvent | undefined,
): CommitWindow | Missing {
  if (!commit) return { notApplicable: "the plan has no window in which it can be taken back" };
  if (ended?.type !== "operation.ended" || ended.outcome !== "succeeded")
    return { notApplicable: "it did not succeed" };
  return { until: renderInstant(ended.at + commit.windowMs), back: commit.back };
}

function differencesOf(before: Json, after: Json): readonly string[] {
  if (!isObject(before) || !isObject(after)) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const spell = (of: JsonObject, name: string) => canonical(memberOf(of, name) ?? null);
  return names.filter(
    (name) => !RESTLESS.includes(name) && spell(before, name) !== spell(after, name),
  );
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What every write changes, or time alone does. */
const RESTLESS: readonly string[] = [
  "epoch",
  "sequence",
  "observedAt",
  "heartbeatAt",
  "position",
  "lagMs",
  "servers",
  // Pods come and go after the replicas that were asked for.
  "available",
  "pods",
  "ending",
  "resourceVersion",
  "current",
];
