/**
 * Text that is markup already. Known by its class, never by its shape: what a record holds may look
 * like one, and is escaped.
 */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  get markup(): string {
    return this.#markup;
  }
}

type Value = Html | string | number | null | undefined | readonly Value[];

/** Every value is escaped, unless it is markup; of a list each; null and undefined are nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = parts.map((part, i) => part + (i < values.length ? render(values[i]) : ""));
  return new Html(markup.join(""));
}

function render(value: Value): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Html) return value.markup;
  if (Array.isArray(value)) return value.map(render).join("");
  // A record that was not written by us may hold anything, whatever its type says.
  return escapeText(typeof value === "object" ? JSON.stringify(value) : String(value));
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
