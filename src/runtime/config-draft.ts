import type { z } from "zod";
import type { ConfigInput } from "./config-schema.ts";

/** The config as read, less all that the schema refused: where a value is, it is of its type. */
export type Draft = Sparse<ConfigInput>;

type Sparse<T> = T extends readonly (infer Item)[]
  ? readonly (Sparse<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Sparse<T[Key]> | undefined }
    : T;

/** A copy without what the issues speak of, so that the rest can still be checked. */
export function draftOf(value: unknown, issues: readonly z.core.$ZodIssue[]): Draft {
  const copy: unknown = structuredClone(value);
  if (issues.some(({ path, code }) => path.length === 0 && code !== "unrecognized_keys")) return {};
  for (const issue of issues) for (const path of refusedBy(issue)) remove(copy, path);
  return copy as Draft;
}

function refusedBy(issue: z.core.$ZodIssue): readonly (readonly PropertyKey[])[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [...issue.path, key]);
  // Without its discriminator nothing else of it was looked at.
  return ["discriminator" in issue ? issue.path.slice(0, -1) : issue.path];
}

function remove(root: unknown, path: readonly PropertyKey[]): void {
  let parent = root;
  for (const key of path.slice(0, -1)) parent = isTree(parent) ? parent[key] : undefined;
  const last = path.at(-1);
  if (isTree(parent) && last !== undefined) parent[last] = undefined;
}

function isTree(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
