import { malformed } from "./malformed.ts";

/**
 * Domain names are absolute, without the dot at the end; the root is "". A dot or a backslash
 * within a label has a backslash before it, any octet that is not printable ASCII is `\ddd`.
 * Case is kept; names are compared in lower case.
 */
export function encodeName(name: string): Buffer {
  const labels: Buffer[] = [];
  for (const label of name === "" ? [] : splitLabels(name)) {
    if (label.length === 0 || label.length > MAX_LABEL) throw malformed(`a label of ${name}`);
    labels.push(Buffer.from([label.length]), label);
  }
  const encoded = Buffer.concat([...labels, Buffer.from([0])]);
  if (encoded.length > MAX_NAME) throw malformed("a name of more than 255 octets");
  return encoded;
}

/** The name at `offset`, compressed or not, and where it ends. Throws on what is none. */
export function decodeName(
  message: Buffer,
  offset: number,
): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let end: number | undefined;
  let size = 1;
  let hops = 0;
  let at = offset;
  // A pointer leads to before the place where the name, or the part pointed to, began: no loops.
  for (let start = offset; ; ) {
    const length = octetAt(message, at);
    if (length === 0) return { name: labels.join("."), end: end ?? at + 1 };
    if (length >= POINTER) {
      const target = ((length - POINTER) << 8) | octetAt(message, at + 1);
      hops += 1;
      if (target >= start || hops > MAX_HOPS) throw malformed("a name points in circles");
      end ??= at + 2;
      start = target;
      at = target;
      continue;
    }
    if (length > MAX_LABEL) throw malformed("an unknown kind of label");
    size += length + 1;
    if (size > MAX_NAME) throw malformed("a name of more than 255 octets");
    if (at + 1 + length > message.length) throw malformed("a name beyond the end");
    labels.push(escapeLabel(message.subarray(at + 1, at + 1 + length)));
    at += length + 1;
  }
}

export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Is the name the zone's own, or below it? */
export function isWithin(name: string, zone: string): boolean {
  return isSameName(name, zone) || name.toLowerCase().endsWith(`.${zone.toLowerCase()}`);
}

const MAX_LABEL = 63;
const MAX_NAME = 255;
const POINTER = 0xc0;
/** A name has no more labels than this, so it needs no more pointers. */
const MAX_HOPS = 127;

function octetAt(message: Buffer, offset: number): number {
  const octet = message[offset];
  if (octet === undefined) throw malformed("a name beyond the end");
  return octet;
}

function escapeLabel(label: Buffer): string {
  let text = "";
  for (const octet of label) {
    const letter = String.fromCharCode(octet);
    if (octet <= 0x20 || octet >= 0x7f) text += `\\${String(octet).padStart(3, "0")}`;
    else text += letter === "." || letter === "\\" ? `\\${letter}` : letter;
  }
  return text;
}

function splitLabels(name: string): readonly Buffer[] {
  const labels: number[][] = [[]];
  for (const [, dot, decimal, escaped, plain] of name.matchAll(TOKEN)) {
    if (dot !== undefined) labels.push([]);
    else labels.at(-1)?.push(decimal ? Number(decimal) : (escaped ?? plain ?? "").charCodeAt(0));
  }
  if (labels.flat().some((octet) => octet > 0xff)) throw malformed("a name that is not ASCII");
  return labels.map((label) => Buffer.from(label));
}

const TOKEN = /(\.)|\\(\d{3})|\\(.)|([^.\\])/gsu;
