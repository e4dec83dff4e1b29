/** An element of a document without attributes that matter, and without mixed content. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

/** What an element is written from: text, or elements in order. */
export type Content = string | readonly (readonly [name: string, content: Content])[];

/** The document's only element; undefined: it is no document that we can read. */
export function parseXml(document: string): Element | undefined {
  const open: { name: string; text: string; children: Element[] }[] = [newElement("")];
  for (const [token, name = ""] of document.matchAll(TOKEN)) {
    const top = open.at(-1);
    if (top === undefined) return undefined;
    if (!token.startsWith("<")) {
      top.text += decode(token.trim());
    } else if (token.startsWith("</")) {
      if (top.name !== name || open.length === 1) return undefined;
      open.pop();
      open.at(-1)?.children.push(top);
    } else if (name !== "") {
      const element = newElement(name);
      if (token.endsWith("/>")) top.children.push(element);
      else open.push(element);
    }
  }
  const [root] = open[0]?.children ?? [];
  return open.length === 1 ? root : undefined;
}

export function childrenOf(element: Element | undefined, name: string): readonly Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

export function childOf(element: Element | undefined, name: string): Element | undefined {
  return childrenOf(element, name)[0];
}

export function textOf(element: Element | undefined, name: string): string | undefined {
  return childOf(element, name)?.text;
}

export function renderXml(name: string, content: Content): string {
  return `<?xml version="1.0"?>\n${render(name, content, ` xmlns="${NAMESPACE}"`)}`;
}

function render(name: string, content: Content, attributes = ""): string {
  const inner =
    typeof content === "string"
      ? encode(content)
      : content.map(([child, within]) => render(child, within)).join("");
  return `<${name}${attributes}>${inner}</${name}>`;
}

function newElement(name: string) {
  return { name, text: "", children: [] };
}

function encode(text: string): string {
  return text.replaceAll(/[<>&"]/g, (sign) => ENTITIES[sign] ?? sign);
}

function decode(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (all, hex, digits, word) => {
    if (word !== undefined) return SIGNS[word] ?? all;
    return String.fromCodePoint(hex === undefined ? Number(digits) : Number.parseInt(hex, 16));
  });
}

const NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/";
/** A declaration or comment, a tag with its name, or text. */
const TOKEN = /<[?!][^>]*>|<\/?([A-Za-z][\w.-]*)(?:\s[^>]*?)?\/?>|[^<]+/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
};
const SIGNS: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};
