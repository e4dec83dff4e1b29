/** What is measured against what, as it was fixed before anything happened. */
export type PlannedCriterion = {
  readonly id: CriterionId;
  readonly text: string;
  /** What is measured. */
  readonly metric: string;
  readonly comparator: "is" | "at least" | "at most";
  readonly threshold: string | number;
  readonly unit: "outcome" | "steps" | "gates" | "ms";
  /** One that is not does not count towards the result. */
  readonly mandatory: boolean;
  /** Where the threshold comes from, for people. */
  readonly source: string;
};

export type CriterionId =
  | "outcome"
  | "steps"
  | "verification"
  | "restored"
  | "rto"
  | "rpo"
  | "clients";

/** A criterion with what was measured. */
export type Criterion = PlannedCriterion & {
  /** null: nothing was. */
  readonly observed: string | number | null;
  readonly verdict: "pass" | "fail" | "inconclusive" | "not evaluated";
  readonly reason?: string;
};
