import { FENCE } from "../../domain/debt.ts";
import type { Draft } from "../../domain/event.ts";
import type { OpenOperation, Telling } from "./told.ts";

type Ended = Extract<Draft, { type: "operation.ended" }>;

/** How it ended and where the report is; before that, what it still owes. */
export function tellEnd(operation: OpenOperation, fact: Ended): readonly Telling[] {
  const { outcome, stream: id } = fact;
  // What was taken back left everything as it was: there is nothing that it still owes.
  const isKept = outcome === "succeeded" || outcome === "held";
  const about = { application: operation.application, operation: id, at: fact.at };
  const end = { ...about, ...endOf(operation, fact) };
  return isKept ? [...tellDebts(operation, about), end] : [end];
}

function endOf(
  operation: OpenOperation,
  { outcome, reason, stream: id }: Ended,
): Pick<Telling, "severity" | "title" | "text"> {
  const { application, what, isRehearsal, failed } = operation;
  const report = `Look: greenlight report show ${id}.`;
  const failures = Object.entries(failed).map(([step, why]) => `${step} failed: ${why}. `);
  const why = reason === undefined ? failures.join("") : `${reason}. `;
  switch (outcome) {
    case "succeeded":
      return { severity: "info", title: `${what} succeeded`, text: report };
    case "restored":
      return {
        severity: "info",
        title: `${what} succeeded, and all is as it was before`,
        text: report,
      };
    case "preempted":
      return {
        severity: "warning",
        title: `${what} was preempted`,
        text: `${why}It was closed as it was, for what matters more. ${report}`,
      };
    case "held":
      return {
        severity: "warning",
        title: `${what} was ended as it is`,
        text: `${why}Nothing more is done. ${report}`,
      };
    case "undone":
    case "aborted":
      return {
        severity: isRehearsal ? "warning" : "page",
        title: `${what} was ${outcome}`,
        text: `${why}${application} is where it was. ${report}`,
      };
    default:
      return outcome satisfies never;
  }
}

/** Once for each thing that is owed of a cluster, however many steps it takes. */
function tellDebts(
  { application, owes, failed }: OpenOperation,
  about: Pick<Telling, "application" | "operation" | "at">,
): readonly Telling[] {
  const steps = Object.entries(owes).filter(([step]) => Object.hasOwn(failed, step));
  const debts = new Map(steps.map(([, debt]) => [`${debt.owed} of ${debt.cluster}`, debt.owed]));
  return [...debts].map(([debt, kind]) => {
    const mine = steps.filter(([, { owed, cluster }]) => `${owed} of ${cluster}` === debt);
    const why = mine.map(([step]) => `${step} failed: ${failed[step]}`).join("; ");
    return {
      ...about,
      severity: "warning",
      title: `${application} owes the ${debt}`,
      text: `${why}. ${whoSeesTo(kind, application)} Look: greenlight report show ${about.operation}.`,
    };
  });
}

function whoSeesTo(owed: string, application: string): string {
  if (owed === FENCE) return "It is seen to by itself once that cluster answers.";
  return `Nobody sees to it but you: the page of this kind in runbooks/ says how, greenlight explain ${application} what would be refused until then.`;
}
