import type { Json } from "./json.ts";
import type { OperationPlan } from "./plan.ts";
import type { VerdictKind } from "./verdict-kind.ts";

/** What was seen and decided of one application, in the stream `application-NAME`. */
export type WatchFact =
  /** First start: who is primary, by the leases or, where there are none, by the config. */
  | { readonly type: "application.adopted"; readonly primary: string; readonly epoch: number }
  | { readonly type: "application.paused"; readonly by: string; readonly reason: string }
  | { readonly type: "application.unpaused"; readonly by: string }
  /** A human has seen the last move: the cooldown is over. */
  | { readonly type: "application.acknowledged"; readonly by: string }
  /** Asked for, and not opened before enough people agree to exactly this plan. A claim. */
  | {
      readonly type: "approval.requested";
      readonly operation: string;
      readonly plan: OperationPlan;
      readonly planHash: string;
      readonly by: string;
      readonly reason: string;
      /** People that must agree, whoever asked among them. 1: it only waits for who opens it. */
      readonly people: number;
      /** The operation that it takes back. */
      readonly takesBack?: string;
      /** Wall clock, in ms since 1970. */
      readonly expiresAt: number;
    }
  /** Once for each owner of a token: a claim. */
  | { readonly type: "approval.given"; readonly operation: string; readonly by: string }
  /** How the request ended: a claim. */
  | {
      readonly type: "approval.closed";
      readonly operation: string;
      readonly end: "opened" | "refused" | "expired" | "withdrawn";
      readonly reason: string;
    }
  /** From now on its slots follow from another rule. Absent: it is not in the config any more. */
  | { readonly type: "schedule.changed"; readonly schedule: string; readonly rule?: string }
  /** What came of each time that a schedule names: a claim for (schedule, dueAt). */
  | {
      readonly type: "schedule.fired" | "schedule.skipped" | "schedule.missed";
      readonly schedule: string;
      /** Wall clock, in ms since 1970. */
      readonly dueAt: number;
      /** Of `fired`: the operation that it opened. */
      readonly operation?: string;
      /** Of the others: why nothing was opened. */
      readonly reason?: string;
    }
  /** Seen while the cluster was healthy, and needed when it can no longer be asked. */
  | {
      readonly type: "workload.seen";
      readonly cluster: string;
      readonly workload: string;
      readonly replicas: number;
    }
  /** The first failed answer after good ones. The two instants bound the fault. */
  | {
      readonly type: "suspicion.raised";
      readonly cluster: string;
      /** The newest good answer of the same layer from any vantage, wall clock in ms; null: none yet. */
      readonly lastGoodAt: number | null;
      /** null: the clock was set back since, and nobody knows. */
      readonly firstFailedAt: number | null;
      readonly vantage: string;
      readonly probe: string;
      readonly answer: string;
    }
  | { readonly type: "suspicion.cleared"; readonly cluster: string }
  /** On each change. */
  | {
      readonly type: "verdict.reached";
      readonly cluster: string;
      readonly verdict: VerdictKind;
      readonly evidence: readonly string[];
    }
  /** On each change of the action or of its reasons; of two that only stay, once a second at most. */
  | {
      readonly type: "decision.made";
      readonly action: "move" | "stay" | "hold";
      readonly verdict: VerdictKind;
      readonly reasons: readonly string[];
      /** What it was decided on, as plain JSON. */
      readonly facts: Json;
      /** The operation that follows from it, where one does. */
      readonly operation?: string;
    };
