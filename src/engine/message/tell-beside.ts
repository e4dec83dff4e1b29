import { memberOf } from "../../domain/cause.ts";
import { FENCE } from "../../domain/debt.ts";
import type { Draft } from "../../domain/event.ts";
import type { OperationPlan } from "../../domain/plan.ts";
import type { Folded, OpenOperation, Told } from "./told.ts";

type Intended = Extract<Draft, { type: "step.intended" }>;

/** What says whether a former primary serves: its stores, or its workloads where it has none. */
export function fencesOf({ steps }: Pick<OperationPlan, "steps">): Record<string, string> {
  const fences = steps.filter(({ owes }) => owes === FENCE);
  const stores = fences.filter(({ uses }) => uses === "data");
  const telling = stores.length > 0 ? stores : fences.filter(({ uses }) => uses === "scale");
  return Object.fromEntries(
    telling.flatMap(({ id, cluster }) => (cluster === undefined ? [] : [[id, cluster]])),
  );
}

/** That a former primary serves beside the one that was promoted, once of each operation. */
export function foldBeside(told: Told, fact: Intended, operation: OpenOperation): Folded {
  const { stream: id, step, at, before } = fact;
  const { application, what, fences = {}, finals = [], beside = [] } = operation;
  const keep = (next: Partial<OpenOperation>): Told => ({
    ...told,
    operations: { ...told.operations, [id]: { ...operation, ...next } },
  });
  if (finals.includes(step)) return { told: keep({ finals: [] }), tellings: [] };
  const cluster = Object.hasOwn(fences, step) ? fences[step] : undefined;
  const serves = memberOf(before, "role") === "primary" || Number(memberOf(before, "replicas")) > 0;
  // Before the point of no return it is the primary itself that is fenced.
  if (cluster === undefined || !serves || finals.length > 0 || beside.includes(cluster))
    return { told, tellings: [] };
  const text = `It answers, and was not fenced when ${application} moved away from it: what it takes nobody reads. It is being fenced now, by ${step} of the ${what}. Look: greenlight operation show ${id}.`;
  const title = `${cluster} serves ${application} beside the primary`;
  const telling = { application, operation: id, at, severity: "page", title, text } as const;
  return { told: keep({ beside: [...beside, cluster] }), tellings: [telling] };
}
