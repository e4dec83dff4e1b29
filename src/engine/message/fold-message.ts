import { type Draft, streamOf } from "../../domain/event.ts";
import { foldApproval } from "./fold-approval.ts";
import { foldDecision } from "./fold-decision.ts";
import { foldDoubt } from "./fold-doubt.ts";
import { foldOperation } from "./fold-operation.ts";
import { tellSchedule } from "./tell-schedule.ts";
import type { Folded, Told } from "./told.ts";

/**
 * What people are told of one more fact of the journal, and what must be remembered for the next.
 * Pure: the same facts give the same messages, also in the process that comes after this one.
 */
export function foldMessage(told: Told, fact: Draft): Folded {
  switch (fact.type) {
    case "operation.opened":
    case "operation.held":
    case "operation.ended":
    case "step.intended":
    case "step.failed":
    case "step.reached":
      return foldOperation(told, fact);
    case "suspicion.raised":
    case "suspicion.cleared":
    case "verdict.reached":
      return foldDoubt(told, fact, applicationOf(fact));
    case "decision.made":
      return foldDecision(told, fact, applicationOf(fact));
    case "approval.requested":
    case "approval.closed":
      return foldApproval(told, fact, applicationOf(fact));
    case "schedule.skipped":
    case "schedule.missed":
      return { told, tellings: [tellSchedule(fact, applicationOf(fact))] };
    default:
      return { told, tellings: [] };
  }
}

function applicationOf({ stream }: Draft): string {
  return stream.slice(streamOf("").length);
}
