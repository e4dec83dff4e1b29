import { GreenlightError } from "../domain/errors.ts";
import { invalidAt } from "./problem.ts";

/**
 * JSON as it should have been: no key twice, no key that could reach a prototype, of bounded depth.
 * Rejects with GL_INVALID.
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new GreenlightError("GL_INVALID", "in the body: it is not JSON", error);
  }
  const why = whyNotStrict(text);
  if (why !== undefined) throw invalidAt("body", [{ pointer: "", detail: why }]);
  return value;
}

const MAX_DEPTH = 20;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Of a text that is JSON: strings, brackets, commas and colons are all that matters. */
function whyNotStrict(text: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") objects.push(token === "{" ? new Set() : undefined);
    if (objects.length > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`;
    if (token === "}" || token === "]") objects.pop();
    if (token === ":") {
      const key = String(JSON.parse(last));
      if (UNSAFE.has(key)) return `the key ${key} is not allowed`;
      if (objects.at(-1)?.has(key)) return "has a key twice";
      objects.at(-1)?.add(key);
    }
    last = token;
  }
  return undefined;
}

const UNSAFE = new Set(["__proto__", "constructor", "prototype"]);
