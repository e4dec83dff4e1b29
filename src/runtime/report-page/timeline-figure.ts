import { renderDuration } from "../../domain/duration-text.ts";
import type { Report } from "../../domain/report.ts";
import type { TimelineEntry } from "../../domain/timeline.ts";
import { type Bar, type Lane, lanes } from "./figure.ts";
import { type Html, html } from "./html.ts";

type Timeline = readonly TimelineEntry[];

/** The course of the operation: what led to it, each step, what clients saw. All from the timeline. */
export function timelineFigure({ timeline }: Report): Html {
  const own = timeline.filter(({ action }) => action !== CLIENTS);
  const offsets = own.map(({ offsetMs }) => offsetMs);
  if (offsets.length < 2) return html``;
  const range = { from: Math.min(0, ...offsets), to: Math.max(...offsets, 1) };
  const all = [
    { name: "before it was opened", bars: before(own) },
    { name: "held for a person", bars: holds(own, range.to) },
    ...stepLanes(own, range.to),
    ...clientLanes(timeline, range.to),
  ];
  return lanes(
    all.filter(({ bars }) => bars.length > 0),
    range,
  );
}

const CLIENTS = "clients.observed";

const BEFORE: Readonly<Record<string, readonly [phase: string, text: string]>> = {
  "answer.first-failed": ["p-unseen", "unseen: from the last good answer to the first failed one"],
  "verdict.reached": ["p-detect", "detect"],
  "decision.made": ["p-decide", "decide"],
  "operation.opened": ["p-authorize", "authorize"],
};

function before(timeline: Timeline): readonly Bar[] {
  const bars: Bar[] = [];
  let from: number | undefined;
  for (const { action, offsetMs: to } of timeline) {
    const [tone, name] = BEFORE[action] ?? [];
    if (from !== undefined && tone !== undefined)
      bars.push({ from, to, tone, text: `${name}: ${renderDuration(to - from)}` });
    if (action === "answer.last-good" || tone !== undefined) from = to;
    if (action === "operation.opened") break;
  }
  return bars;
}

function holds(timeline: Timeline, end: number): readonly Bar[] {
  return timeline.flatMap(({ action, offsetMs: from, outcome }, i) => {
    if (action !== "operation.held") return [];
    const next = timeline
      .slice(i)
      .find((entry) => /^operation\.(resumed|ended)$/.test(entry.action));
    const to = next?.offsetMs ?? end;
    return [{ from, to, tone: "f-warn", text: `${renderDuration(to - from)}: ${outcome}` }];
  });
}

/** A lane for each step, in the order in which they began; its attempts, and its undo. */
function stepLanes(timeline: Timeline, end: number): readonly Lane[] {
  const begun = timeline.filter(({ action }) => /^(step|undo)\./.test(action));
  const steps = [...new Set(begun.map(({ target }) => target))];
  return steps.map((name) => {
    const mine = begun.filter(({ target }) => target === name);
    const starts = mine.filter(({ action }) => action.endsWith(".intended"));
    const bars = starts.map(({ action, attempt, offsetMs: from }): Bar => {
      const leg = action.split(".")[0] ?? "";
      const result = mine.find(
        (entry) =>
          entry.attempt === attempt && RESULT.test(entry.action) && entry.action.startsWith(leg),
      );
      const to = result?.offsetMs ?? end;
      const what = `${leg === "undo" ? "taken back" : "attempt"} ${attempt}`;
      const how = result ? result.action.split(".")[1] : "no result";
      return {
        from,
        to,
        tone: toneOf(leg, how),
        text: `${what}: ${how}, ${renderDuration(to - from)}`,
      };
    });
    return { name, bars: bars.length > 0 ? bars : unintended(mine) };
  });
}

const RESULT = /\.(reached|failed)$/;

/** One that failed before it had an intent. */
function unintended(mine: Timeline): readonly Bar[] {
  return mine.map(({ offsetMs: at, outcome }) => ({
    from: at,
    to: at,
    tone: "f-bad",
    text: outcome,
  }));
}

function toneOf(leg: string, how: string | undefined): string {
  if (how === "failed") return "f-bad";
  if (how !== "reached") return "f-warn";
  return leg === "undo" ? "f-idle" : "f-plain";
}

/** A lane for each vantage that saw a change: red while it was not served. */
function clientLanes(timeline: Timeline, end: number): readonly Lane[] {
  const seen = timeline.filter(({ action }) => action === CLIENTS);
  return [...new Set(seen.map(({ actor }) => actor))].toSorted().map((vantage) => {
    const mine = seen.filter(({ actor }) => actor === vantage);
    const bars = mine.map(({ outcome, target, offsetMs: from }, i): Bar => {
      const to = mine[i + 1]?.offsetMs ?? end;
      const isServed = outcome === "ok";
      const text = `${target} ${isServed ? "answers" : outcome}`;
      return { from, to, tone: isServed ? "f-good" : "f-bad", text };
    });
    return { name: `clients at ${vantage}`, bars };
  });
}
