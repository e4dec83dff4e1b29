/**
 * Whether the text could nest deeper than anybody writes. It is asked before the parser, which
 * recurses and takes the process with it when the stack ends. It counts brackets in strings too.
 */
export function isTooDeep(text: string): boolean {
  return DEEP_LINE.test(text) || flowDepth(text) > MAX_DEPTH;
}

const MAX_DEPTH = 64;

/** A line that is indented too far, or opens list after list. */
const DEEP_LINE = new RegExp(`^(?: {${4 * MAX_DEPTH}}| *(?:[-?][ \\t]+){${MAX_DEPTH}})`, "m");

function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === "[" || bracket === "{" ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
