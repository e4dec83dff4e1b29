import type { Draft } from "../../domain/event.ts";
import { renderInstant } from "../../domain/instant.ts";
import { type Folded, type Told, without } from "./told.ts";
import { whatOf } from "./what-of.ts";

type ApprovalFact = Extract<Draft, { type: "approval.requested" | "approval.closed" }>;

/** Someone else has to agree, and has little time: the message has the whole command. */
export function foldApproval(told: Told, fact: ApprovalFact, application: string): Folded {
  const { operation, at } = fact;
  const about = { application, operation, at };
  if (fact.type === "approval.requested") {
    // It only waits for who opens it.
    if (fact.people === 1) return { told, tellings: [] };
    const what = whatOf(fact.plan);
    const until = renderInstant(fact.expiresAt);
    const text = `${fact.by} asks for it: ${fact.reason}. Look: greenlight operation show ${operation}. Agree, until ${until}: greenlight operation approve ${operation}`;
    return {
      told: { ...told, requests: { ...told.requests, [operation]: what } },
      tellings: [{ ...about, severity: "warning", title: `${what} waits for approval`, text }],
    };
  }
  const what = told.requests[operation] ?? `${operation} of ${application}`;
  const isOpened = fact.end === "opened";
  if (isOpened && told.requests[operation] === undefined) return { told, tellings: [] };
  const title = isOpened ? `${what} was approved` : `${what} was not begun: ${fact.end}`;
  const severity = isOpened ? "info" : "warning";
  const text = isOpened ? fact.reason : `${fact.reason}. Nothing was touched.`;
  return {
    told: { ...told, requests: without(told.requests, operation) },
    tellings: [{ ...about, severity, title, text }],
  };
}
