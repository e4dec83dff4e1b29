import type { Draft } from "../../domain/event.ts";
import type { Folded, Telling, Told } from "./told.ts";

type DecisionFact = Extract<Draft, { type: "decision.made" }>;

/** The same one again, as after a restart in the middle of an outage, is no news. */
export function foldDecision(told: Told, fact: DecisionFact, application: string): Folded {
  const { action, verdict, reasons } = fact;
  // Times that remain and amounts that grow make no other decision.
  const key = [action, verdict, ...reasons].join(" ").replace(/\d+/g, "#");
  const next = { ...told, decisions: { ...told.decisions, [application]: key } };
  if (action === "stay" || told.decisions[application] === key) return { told: next, tellings: [] };
  return { told: next, tellings: [tell(fact, application)] };
}

function tell({ action, verdict, reasons, at }: DecisionFact, application: string): Telling {
  const about = { application, at };
  return action === "move"
    ? {
        ...about,
        severity: "warning",
        title: `${application}: ${verdict}, it moves`,
        text: `Look: greenlight operation list --application ${application}.`,
      }
    : {
        ...about,
        severity: "page",
        title: `${application}: ${verdict}, and it may not move by itself`,
        text: `${reasons.join("; ")}. Look: greenlight explain ${application}.`,
      };
}
