/** A part of a report that is not there says why: a reader must not have to guess. */
export type Missing =
  /** There is nothing of the kind in such an operation. */
  | { readonly notApplicable: string }
  /** There may be, and Greenlight does not know it. */
  | { readonly notCaptured: string };

export function isMissing(part: unknown): part is Missing {
  return (
    typeof part === "object" && part !== null && ("notApplicable" in part || "notCaptured" in part)
  );
}
