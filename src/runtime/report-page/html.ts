/** Text that is markup already: only `html` makes it, so that whatever else comes in is escaped. */
export interface Html {
  readonly markup: string;
}

type Value = Html | string | number | null | undefined | readonly Value[];

/** Every value is escaped, unless it is markup; of a list each; null and undefined are nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = parts.map((part, i) => part + (i < values.length ? render(values[i]) : ""));
  return { markup: markup.join("") };
}

function render(value: Value): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") {
    if ("markup" in value) return value.markup;
    return value.map(render).join("");
  }
  return escapeText(String(value));
}

/** For text and for attributes in quotes. Characters that HTML can't hold become a question mark. */
function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replace(FORBIDDEN, "\ufffd");
}

/** Control characters, and those that turn the direction of the text around them. */
const FORBIDDEN = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu;
