import type { Report } from "../../domain/report.ts";
import { renderDuration, wrap } from "./text-block.ts";

/** What a person calls it; an action that is not here keeps its name. */
const WORDS: Readonly<Record<string, string>> = {
  "answer.last-good": "last good",
  "answer.first-failed": "first failed",
  "suspicion.raised": "suspected",
  "verdict.reached": "verdict",
  "decision.made": "decision",
  "operation.opened": "opened",
  "operation.held": "held",
  "operation.resumed": "resumed",
  "operation.aborting": "stopping",
  "operation.ended": "ended",
  "step.intended": "start",
  "step.reached": "reached",
  "step.failed": "failed",
  "gate.refused": "not yet",
  "undo.intended": "take back",
  "undo.reached": "taken back",
  "undo.failed": "not taken back",
};

/** When since the first entry, what, of what; then how long it took, by whom, and why. */
export function renderTimeline(timeline: Report["timeline"]): readonly string[] {
  return timeline.flatMap((entry) => {
    const { offsetMs, action, target, durationMs, attempt = 1 } = entry;
    const offset = `${offsetMs < 0 ? "-" : "+"}${(Math.abs(offsetMs) / 1000).toFixed(3)}`;
    const again = attempt > 1 ? ` (attempt ${attempt})` : "";
    const took = durationMs === undefined ? "" : `, ${renderDuration(durationMs)}`;
    const head = `${offset.padStart(9)} s  ${(WORDS[action] ?? action).padEnd(14)}  `;
    return wrap(head, `${target}${again}${took}${renderActor(entry)}${renderOutcome(entry)}`);
  });
}

/** Only people are worth a mention. */
function renderActor({ actor }: Report["timeline"][number]): string {
  return actor === "greenlight" || actor === "probes" ? "" : `, by ${actor}`;
}

/** An outcome that the word says already is left out. */
function renderOutcome({ action, outcome }: Report["timeline"][number]): string {
  const isSaid = /^(?:answer|suspicion)\.|^(?:step|undo)\.reached$/.test(action);
  return isSaid || outcome === "" ? "" : `: ${outcome}`;
}
