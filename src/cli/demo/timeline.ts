import { wrap } from "../render/text-block.ts";
import type { Entry } from "./chronicle.ts";

/** One entry in lines of at most 80 columns; time counts from the fault. */
export function renderEntry({ at, what, text, details = [] }: Entry, faultAt: number): string {
  const head = `${renderOffset(at - faultAt).padStart(8)}  ${what.padEnd(WHAT)}  `;
  const blank = " ".repeat(head.length);
  const below = details.flatMap((line) => wrap(`${blank}  `, line));
  return [...wrap(head, text), ...below].map((line) => `${line}\n`).join("");
}

/** The same for programs, as one line. */
export function renderEntryJson({ at, what, text, details }: Entry, faultAt: number): string {
  const line = { type: "timeline", atMs: at - faultAt, what, text, ...(details && { details }) };
  return `${JSON.stringify(line)}\n`;
}

/** Seconds with their milliseconds, as in `+0.250`. */
function renderOffset(ms: number): string {
  return `${ms < 0 ? "-" : "+"}${(Math.abs(ms) / 1000).toFixed(3)}`;
}

/** As wide as the longest word that stands there. */
const WHAT = 13;
