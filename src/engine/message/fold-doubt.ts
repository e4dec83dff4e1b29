import type { Draft } from "../../domain/event.ts";
import { renderInstant } from "../../domain/instant.ts";
import type { VerdictKind } from "../../domain/verdict-kind.ts";
import { type Doubt, type Folded, type Told, without } from "./told.ts";

type DoubtFact = Extract<
  Draft,
  { type: "suspicion.raised" | "suspicion.cleared" | "verdict.reached" }
>;

/** In these it is not known that anything failed. One that lasts is another's to tell: a decision. */
const UNTOLD: readonly VerdictKind[] = ["healthy", "inconclusive", "observer-isolated"];

/**
 * A suspicion is told when the verdict bears it out: a few lost answers are in the journal, and
 * nobody's business. Who was told of it is told when it is healthy again.
 */
export function foldDoubt(told: Told, fact: DoubtFact, application: string): Folded {
  const { cluster } = fact;
  const doubt = told.doubts[application]?.[cluster] ?? {};
  const next = nextDoubt(doubt, fact);
  const about = { application, at: fact.at };
  const look = `Look: greenlight explain ${application}.`;
  const { why, verdict, isTold } = next;
  const at = { application, cluster };
  if (why === undefined && isTold && verdict === "healthy") {
    const { isTold: _, ...rest } = next;
    const title = `${application}: ${cluster} is healthy again`;
    const tellings = [{ ...about, severity: "info", title, text: look } as const];
    return { told: keep(told, at, rest), tellings };
  }
  if (isTold || why === undefined || verdict === undefined || UNTOLD.includes(verdict))
    return { told: keep(told, at, next), tellings: [] };
  const title = `${application}: ${cluster} is suspected, it looks like ${verdict}`;
  const text = `${why}. Nothing is changed by that alone. ${look}`;
  return {
    told: keep(told, at, { ...next, isTold: true }),
    tellings: [{ ...about, severity: "warning", title, text }],
  };
}

function nextDoubt(doubt: Doubt, fact: DoubtFact): Doubt {
  if (fact.type === "verdict.reached") return { ...doubt, verdict: fact.verdict };
  // A doubt is also over where the cluster is not primary any more: that makes it no better.
  const { why: _, ...rest } = doubt;
  if (fact.type === "suspicion.cleared") return rest;
  return { ...doubt, why: doubt.why ?? whyOf(fact) };
}

function whyOf(fact: Extract<DoubtFact, { type: "suspicion.raised" }>): string {
  const { probe, vantage, answer, firstFailedAt, lastGoodAt } = fact;
  const good = lastGoodAt === null ? "" : `, last good at ${renderInstant(lastGoodAt)}`;
  const at = firstFailedAt === null ? "" : ` at ${renderInstant(firstFailedAt)}`;
  return `probe ${probe} from ${vantage}: ${answer}${at}${good}`;
}

/** What is well again is decided anew, and told anew. */
function keep(
  told: Told,
  { application, cluster }: { readonly application: string; readonly cluster: string },
  doubt: Doubt,
): Told {
  const doubts = {
    ...told.doubts,
    [application]: { ...told.doubts[application], [cluster]: doubt },
  };
  const { decisions } = told;
  const isWell = doubt.verdict === "healthy" && doubt.why === undefined;
  return { ...told, doubts, decisions: isWell ? without(decisions, application) : decisions };
}
