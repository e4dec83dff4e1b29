import { codeOf, detailOf } from "../domain/errors.ts";
import { peopleFor } from "../domain/people.ts";
import type { Runbook } from "../domain/runbook.ts";
import { consider, type RequestTools } from "./request.ts";

/** What would become of a request of one kind, if somebody asked now. */
export interface WouldOpen {
  readonly kind: string;
  /** null: it is not known from where to where, or there can be no such plan. */
  readonly from: string | null;
  readonly to: string | null;
  /** That must agree before it is opened, whoever asks among them. */
  readonly people: number;
  /** Every reason why it would be refused; empty: it would be accepted. */
  readonly refusals: readonly string[];
}

/** By the code that a request goes through, from a reading made now; changes nothing. */
export async function wouldOpen(runbook: Runbook, tools: RequestTools): Promise<WouldOpen> {
  const { kind } = runbook;
  const { application } = tools;
  try {
    const { plan, refusals } = await consider({ runbook, isBack: false }, "op-preview", tools);
    const { from, to } = plan;
    return { kind, from, to, people: peopleFor(runbook, to, application), refusals };
  } catch (error) {
    const code = codeOf(error);
    if (code !== "GL_REFUSED" && code !== "GL_PLAN_UNSAFE") throw error;
    const people = peopleFor(runbook, tools.context().to, application);
    return { kind, from: null, to: null, people, refusals: [detailOf(error)] };
  }
}
