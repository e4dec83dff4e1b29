import type { Json } from "./json.ts";

/** What became of what waited on a worker's disk, where it is not in the journal as any other. */
export type LateFact = LateRefusal | LateFinding;

/** What a worker noted while the journal was away, and what another had laid claim to by then. */
export type LateRefusal = {
  readonly type: "late.refused";
  readonly claim: string;
  /** As the worker noted it. */
  readonly fact: Json;
};

/**
 * The journal had it all the same, though it had not answered: by then its writes carried the
 * `sequence` that stands beside this.
 */
type LateFinding = { readonly type: "late.found"; readonly claim: string };

/** A job that nobody with the key had added was not run. */
export type JobRefusal = { readonly type: "job.refused"; readonly reason: string };

/** A signal that nobody with the key had sent, or not just then, was not heard. */
export type SignalRefusal = { readonly type: "signal.refused"; readonly reason: string };
