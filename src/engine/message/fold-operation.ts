import { namesPrimary } from "../../domain/debt.ts";
import type { Draft } from "../../domain/event.ts";
import type { OperationPlan } from "../../domain/plan.ts";
import { fencesOf, foldBeside } from "./tell-beside.ts";
import { tellEnd } from "./tell-end.ts";
import { type Folded, type OpenOperation, type Told, without } from "./told.ts";
import { whatOf } from "./what-of.ts";

type Opened = Extract<Draft, { type: "operation.opened" }>;
type OperationFact =
  | Opened
  | Extract<
      Draft,
      {
        type:
          | "operation.held"
          | "operation.ended"
          | "step.intended"
          | "step.failed"
          | "step.reached";
      }
    >;

/** What began, what stands still and for which command, how it ended, and what it still owes. */
export function foldOperation(told: Told, fact: OperationFact): Folded {
  const { stream: id, at } = fact;
  if (fact.type === "operation.opened") return open(told, fact);
  const operation = told.operations[id];
  if (!operation) return { told, tellings: [] };
  const { application, what } = operation;
  const about = { application, operation: id, at };
  switch (fact.type) {
    case "step.intended":
      return foldBeside(told, fact, operation);
    case "step.failed": {
      const failed = { ...operation.failed, [fact.step]: fact.reason };
      return { told: keep(told, id, { ...operation, failed }), tellings: [] };
    }
    case "step.reached": {
      if (!Object.hasOwn(operation.failed, fact.step)) return { told, tellings: [] };
      const failed = without(operation.failed, fact.step);
      return { told: keep(told, id, { ...operation, failed }), tellings: [] };
    }
    case "operation.held": {
      const text = `${fact.reason}. Look: greenlight operation show ${id}. Go on: greenlight operation resume ${id}. End it as it is: greenlight operation abort ${id}.`;
      return { told, tellings: [{ ...about, severity: "page", title: `${what} is held`, text }] };
    }
    case "operation.ended": {
      const operations = without(told.operations, id);
      return { told: { ...told, operations }, tellings: tellEnd(operation, fact) };
    }
    default:
      return fact satisfies never;
  }
}

function open(told: Told, { plan, reason, stream: id, at }: Opened): Folded {
  const { application, ends, steps } = plan;
  const owing = steps.flatMap(({ id: step, owes: owed, cluster }) =>
    owed === undefined || cluster === undefined ? [] : [[step, { owed, cluster }] as const],
  );
  const what = whatOf(plan);
  const isRehearsal = ends === "restore";
  const owes = Object.fromEntries(owing);
  const fences = fencesOf(plan);
  const finals = steps.filter(isFinal).map((step) => step.id);
  // What neither moves the application nor keeps a promise is housekeeping.
  const matters = !isRehearsal && steps.some((step) => namesPrimary(step) || step.owes);
  const severity = matters ? "warning" : "info";
  const title = `${what} began`;
  return {
    told: keep(told, id, { application, what, isRehearsal, owes, failed: {}, fences, finals }),
    tellings: [{ application, operation: id, at, severity, title, text: reason }],
  };
}

function isFinal(step: OperationPlan["steps"][number]): boolean {
  return step.irreversible === true || namesPrimary(step);
}

function keep(told: Told, id: string, operation: OpenOperation): Told {
  return { ...told, operations: { ...told.operations, [id]: operation } };
}
