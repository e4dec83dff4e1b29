import type { Json } from "../../domain/json.ts";
import { isMissing, type Missing } from "../../domain/missing.ts";
import { type Html, html } from "./html.ts";

/** A part of the page, under its title; nothing where there is nothing to say. */
export function section(title: string, ...content: readonly (Html | null)[]): Html {
  if (content.every((part) => part === null || part.markup === "")) return html``;
  return html`<section><h2>${title}</h2>${content}</section>`;
}

/** Names and what they stand for; one that is missing says why. */
export function facts(
  entries: readonly (readonly [string, Html | string | number | Missing | null])[],
): Html {
  const shown = entries.filter(([, value]) => value !== null);
  return html`<dl>${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${orMissing(value)}</dd>`)}</dl>`;
}

export function orMissing(value: Html | string | number | Missing | null): Html | string | number {
  if (value === null) return "";
  return typeof value === "object" && isMissing(value) ? renderMissing(value) : value;
}

export function renderMissing(missing: Missing): Html {
  return "notApplicable" in missing
    ? html`<span class="missing">Not applicable: ${missing.notApplicable}.</span>`
    : html`<span class="missing">Not captured: ${missing.notCaptured}.</span>`;
}

export interface Column {
  readonly title: string;
  readonly isNumber?: true;
}

/** On a narrow screen each cell bears its column's title. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (Html | string | number)[])[],
  /** dense: a row is a line of text where there is no room for columns. */
  form: "wide" | "dense" = "wide",
): Html {
  if (rows.length === 0) return html``;
  const classOf = ({ isNumber }: Column) => (isNumber ? "num" : "");
  const heads = columns.map((column) => html`<th class="${classOf(column)}">${column.title}</th>`);
  const cells = (row: readonly (Html | string | number)[]) =>
    columns.map(
      (column, i) =>
        html`<td class="${classOf(column)}" data-label="${column.title}">${row[i] ?? ""}</td>`,
    );
  return html`<table class="${form}"><thead><tr>${heads}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table>`;
}

/** What was seen, as it was journalled. */
export function evidence(label: string, value: Json | undefined): Html {
  if (value === null || value === undefined) return html``;
  return html`<pre><span class="soft">${label.padEnd(7)}</span> ${JSON.stringify(value)}</pre>`;
}

export function list(items: readonly (Html | string)[]): Html {
  return items.length === 0
    ? html``
    : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** The class that colours a verdict, a state, a result. */
function toneOf(word: string): "good" | "bad" | "warn" | "idle" {
  if (/^(pass|reached|succeeded|restored|ok)$/i.test(word)) return "good";
  if (/^(fail|failed|undone|held)$/i.test(word)) return "bad";
  if (/^(inconclusive|running|owed)$/i.test(word)) return "warn";
  return "idle";
}

export function toned(word: string): Html {
  return html`<span class="${toneOf(word)}">${word}</span>`;
}
