import type { z } from "zod";

export interface Flaw {
  readonly path: readonly PropertyKey[];
  /** For people, to be read after the path: `must be one of a, b`. */
  readonly what: string;
  /** The path names something that should not be there: its place is the key's. */
  readonly surplus?: true;
}

/** What a schema's issue says, in our words. It quotes no value: the input may be a secret. */
function flawsOf(issue: z.core.$ZodIssue, input: unknown): readonly Flaw[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key], what: "unknown key", surplus: true }));
  const value = path.reduce<unknown>(childOf, input);
  if (value === undefined) return [{ path, what: `is missing${choices(issue)}` }];
  return [{ path, what: textOf(issue, value) }];
}

/** Every flaw that a schema found in the input, the first of each place. */
export function allFlawsOf(error: z.core.$ZodError, input: unknown): readonly Flaw[] {
  const flaws = new Map<string, Flaw>();
  for (const flaw of error.issues.flatMap((issue) => flawsOf(issue, input))) {
    const place = JSON.stringify(flaw.path);
    if (!flaws.has(place)) flaws.set(place, flaw);
  }
  return [...flaws.values()];
}

function textOf(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${withArticle(issue.expected)}, not ${withArticle(typeOf(value))}`;
    case "invalid_value":
      return `must be ${oneOf(issue.values)}`;
    case "invalid_union":
      return "options" in issue ? `must be ${oneOf(issue.options)}` : issue.message;
    case "too_small":
      if (issue.origin === "string" && issue.minimum === 1) return "must not be empty";
      return issue.origin === "number" || issue.origin === "int"
        ? `must be at least ${issue.minimum}`
        : `must have at least ${issue.minimum} ${unitOf(issue.origin)}`;
    case "too_big":
      return issue.origin === "number" || issue.origin === "int"
        ? `must be at most ${issue.maximum}`
        : `must have at most ${issue.maximum} ${unitOf(issue.origin)}`;
    case "invalid_format":
      return issue.message.startsWith("Invalid") ? `is not a valid ${issue.format}` : issue.message;
    default:
      return issue.message;
  }
}

/** A missing choice says what there is to choose from. */
function choices(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `: ${oneOf(issue.values)}`;
  return issue.code === "invalid_union" && "options" in issue ? `: ${oneOf(issue.options)}` : "";
}

function oneOf(values: readonly unknown[]): string {
  const list = values.map(String).join(", ");
  return values.length > 1 ? `one of ${list}` : list;
}

function unitOf(origin: string): string {
  return origin === "string" ? "characters" : "entries";
}

function withArticle(type: string): string {
  const name = NAMES[type] ?? type;
  return name === "null" ? "empty" : `${/^[aeio]/.test(name) ? "an" : "a"} ${name}`;
}

const NAMES: Readonly<Record<string, string>> = {
  object: "mapping",
  record: "mapping",
  array: "list",
  int: "whole number",
};

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function childOf(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<PropertyKey, unknown>)[key];
}
