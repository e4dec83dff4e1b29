import type { Json } from "./json.ts";

/** What a worker noted while the journal was away, and what another had laid claim to by then. */
export type LateRefusal = {
  readonly type: "late.refused";
  readonly claim: string;
  /** As the worker noted it. */
  readonly fact: Json;
};

/** A job that nobody with the key had added was not run. */
export type JobRefusal = { readonly type: "job.refused"; readonly reason: string };

/** A signal that nobody with the key had sent, or not just then, was not heard. */
export type SignalRefusal = { readonly type: "signal.refused"; readonly reason: string };
