/** Which fault domain failed, from all layers and all vantages together. */
export const VERDICTS = [
  "healthy",
  /** Something failed, users are served. */
  "degraded",
  /** The API server is away, users are served: never a reason to move. */
  "api-only",
  /** The workload is there, its public path is not. */
  "ingress",
  "workload",
  "data",
  "site-loss",
  /** We are the ones cut off: abstain. */
  "observer-isolated",
  /** The vantages or the layers do not agree, or all that we see is bad. */
  "inconclusive",
] as const;

export type VerdictKind = (typeof VERDICTS)[number];
