import { renderDuration } from "../../domain/duration-text.ts";
import type { Report } from "../../domain/report.ts";
import { type Html, html } from "./html.ts";

/** All figures are as wide as there is room, so they are drawn on a line of this length. */
const WIDTH = 1000;

/** What was measured against what was allowed: the bar is the one, the line the other. */
export function gauge(measured: number | null, allowed: number): Html {
  const scale = Math.max(allowed, measured ?? 0, 1) * 1.1;
  const at = (value: number) => round((Math.max(0, value) / scale) * WIDTH);
  const tone = measured === null ? "f-idle" : measured <= allowed ? "f-good" : "f-bad";
  const label = `measured ${renderDuration(measured)}, ${renderDuration(allowed)} allowed`;
  return html`<svg viewBox="0 0 ${WIDTH} 12" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="track" width="${WIDTH}" height="12"></rect><rect class="${tone}" width="${Math.max(4, at(measured ?? 0))}" height="12"></rect><line class="goal" x1="${at(allowed)}" x2="${at(allowed)}" y1="0" y2="12"></line></svg>`;
}

/** Where the recovery time went: consecutive parts, as long as they took. */
export function recoveryFigure({ recovery }: Report): Html {
  const parts = recovery.parts.filter(({ ms }) => ms > 0);
  const total = parts.reduce((sum, { ms }) => sum + ms, 0);
  if (total <= 0) return html``;
  let x = 0;
  const bars = parts.map(({ phase, step, ms }) => {
    const width = (ms / total) * WIDTH;
    const bar = html`<rect class="p-${phase}" x="${round(x)}" width="${round(Math.max(1, width - 1.5))}" height="30"><title>${step ?? phase}: ${renderDuration(ms)}</title></rect>`;
    x += width;
    return bar;
  });
  const legend = recovery.parts.map(
    ({ phase, step, ms }) =>
      html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="p-${phase}" width="10" height="10" rx="2"></rect></svg><span>${phase}${step === undefined || step === phase ? "" : `: ${step}`}</span><span class="num">${renderDuration(ms)} <span class="soft">${Math.round((ms / total) * 100)} %</span></span></li>`,
  );
  return html`<svg class="stack" viewBox="0 0 ${WIDTH} 30" preserveAspectRatio="none" role="img" aria-label="The parts of ${renderDuration(total)}">${bars}</svg><ul class="legend">${legend}</ul>`;
}

/** A stretch of time on a lane; both ends in ms since the timeline's first entry. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly tone: string;
  readonly text: string;
}

export interface Lane {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/** Lanes one below the other, on one scale. */
export function lanes(all: readonly Lane[], range: { from: number; to: number }): Html {
  const length = Math.max(1, range.to - range.from);
  const at = (ms: number) =>
    round((Math.min(Math.max(ms - range.from, 0), length) / length) * WIDTH);
  const ticks = ticksOf(range);
  const lines = ticks.map(
    (ms) => html`<line class="tick" x1="${at(ms)}" x2="${at(ms)}" y1="0" y2="18"></line>`,
  );
  const rows = all.map(({ name, bars }) => {
    const drawn = bars.map(({ from, to, tone, text }) => {
      const width = Math.max(3, at(to) - at(from));
      const x = Math.min(at(from), WIDTH - width);
      return html`<rect class="${tone}" x="${x}" y="3" width="${round(width)}" height="12"><title>${text}</title></rect>`;
    });
    const label = bars.map(({ text }) => text).join("; ");
    return html`<div class="lane"><span class="name" title="${name}">${name}</span><svg viewBox="0 0 ${WIDTH} 18" preserveAspectRatio="none" role="img" aria-label="${name}: ${label}">${lines}${drawn}</svg></div>`;
  });
  return html`${rows}<div class="lane axis"><span></span><span class="ends"><span>${seconds(range.from)}</span><span>lines: every ${renderDuration(stepOf(range))}</span><span>${seconds(range.to)}</span></span></div>`;
}

function ticksOf(range: { readonly from: number; readonly to: number }): readonly number[] {
  const step = stepOf(range);
  const first = Math.ceil(range.from / step) * step;
  const count = Math.max(0, Math.floor((range.to - first) / step) + 1);
  return Array.from({ length: count }, (_, i) => first + i * step);
}

/** Of 1, 2 and 5 times a power of ten: the one that makes at most ten lines. */
function stepOf({ from, to }: { readonly from: number; readonly to: number }): number {
  const rough = Math.max(1, to - from) / 10;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power;
}

function seconds(ms: number): string {
  return `${ms < 0 ? "-" : "+"}${(Math.abs(ms) / 1000).toFixed(1)} s`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
