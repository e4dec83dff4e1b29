import {
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from "yaml";
import type { z } from "zod";
import { allFlawsOf, type Flaw } from "../schema/issue-text.ts";
import { whyNotPlain } from "./plain-yaml.ts";
import { isTooDeep } from "./yaml-depth.ts";

/** One thing that is wrong in a file, where a person finds it. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** As in `applications[0].home`; empty for the file itself. */
  readonly path: string;
  readonly what: string;
}

/** A YAML file as read: its value, and where in the file each part of it stands. */
export interface YamlFile {
  readonly value: unknown;
  problem(flaw: Flaw): Problem;
  /** What a schema found wrong. */
  problems(error: z.core.$ZodError): readonly Problem[];
}

export type Reading = { readonly yaml: YamlFile } | { readonly problems: readonly Problem[] };

/** Reads plain YAML 1.2: one document, no tags, no merge keys, no key twice, of bounded size. */
export function readYaml(bytes: Uint8Array, file: string): Reading {
  const broken = (what: string, { line = 1, column = 1 } = {}): Problem => ({
    file,
    line,
    column,
    path: "",
    what,
  });
  if (bytes.length > MAX_BYTES)
    return { problems: [broken(`is larger than ${MAX_BYTES / 1024} KB`)] };
  const text = decode(bytes);
  if (text === undefined) return { problems: [broken("is not UTF-8")] };
  if (text.startsWith("\uFEFF"))
    return { problems: [broken("starts with a byte order mark: save it as UTF-8 without BOM")] };
  if (isTooDeep(text)) return { problems: [broken("is nested too deep")] };
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const document = parseDocument(text, { ...OPTIONS, lineCounter: lines });
    const errors = [...document.errors, ...document.warnings];
    const found = errors.length > 0 ? errors.map(fromParser) : whyNotPlain(document);
    if (found.length > 0)
      return {
        problems: found.map(({ offset, what }) => broken(what, placeAt(offset))).toSorted(byPlace),
      };
    const value: unknown = document.toJS({ maxAliasCount: MAX_EXPANSIONS });
    const problem = (flaw: Flaw) => ({
      file,
      ...placeAt(offsetOf(document.contents, flaw)),
      path: pathText(flaw.path),
      what: flaw.what,
    });
    const problems = (error: z.core.$ZodError) =>
      allFlawsOf(error, value).map(problem).toSorted(byPlace);
    return { yaml: { value, problem, problems } };
  } catch (error) {
    return { problems: [broken(`can't be read: ${String(error)}`)] };
  }
}

/** `file:line:column path: what` */
export function problemText({ file, line, column, path, what }: Problem): string {
  return `${file}:${line}:${column} ${path === "" ? "" : `${path}: `}${what}`;
}

/** From the top of the file to its end. */
export function byPlace(one: Problem, other: Problem): number {
  return one.line - other.line || one.column - other.column;
}

const MAX_BYTES = 256 * 1024;

/** So that aliases of aliases can't grow without end. */
const MAX_EXPANSIONS = 100;

const OPTIONS = {
  schema: "core",
  version: "1.2",
  merge: false,
  resolveKnownTags: false,
  stringKeys: true,
  strict: true,
  prettyErrors: false,
  // Seen to by whyNotPlain, which does not compare each key with each other one.
  uniqueKeys: false,
  logLevel: "error",
} as const;

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function fromParser({ message, pos }: { message: string; pos: [number, number] }) {
  return { offset: pos[0], what: message };
}

/** Where the value stands, or its key where the key is wrong; else the nearest thing around it. */
function offsetOf(contents: ParsedNode | null, { path, surplus }: Flaw): number {
  let node: Node | null = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    const next: { key?: Node; value?: Node } = childOf(node, part);
    if (next.key === undefined && next.value === undefined) break;
    const wanted = surplus && index === path.length - 1 ? next.key : (next.value ?? next.key);
    offset = wanted?.range?.[0] ?? offset;
    node = next.value ?? null;
  }
  return offset;
}

function childOf(node: Node | null, part: PropertyKey): { key?: Node; value?: Node } {
  if (node === null) return {};
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
    return {
      ...(isNode(pair?.key) && { key: pair.key }),
      ...(isNode(pair?.value) && { value: pair.value }),
    };
  }
  const item = "items" in node && Array.isArray(node.items) ? node.items[Number(part)] : undefined;
  return isNode(item) ? { value: item } : {};
}

function pathText(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  return parts.join("").replace(/^\./, "");
}
