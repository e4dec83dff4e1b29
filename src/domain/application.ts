import type { Thresholds } from "./health.ts";
import type { VerdictKind } from "./verdict-kind.ts";

/** What is protected and moves as one, as far as decisions and plans need to know it. */
export interface Application {
  readonly name: string;
  /** Where it belongs; who is primary now is a fact of the Lease. */
  readonly home: string;
  readonly standby: string;
  readonly objectives: Objectives;
  readonly policy: Policy;
  /** The public address in each of its clusters. */
  readonly addresses: Readonly<Record<string, string>>;
  /** The names of what belongs to it: a step with `each` is one for each of these. */
  readonly workloads: readonly string[];
  readonly data: readonly string[];
  readonly dns: readonly string[];
  /** By record: for how many seconds its answer may be kept, and while it is about to change. */
  readonly ttls: Readonly<Record<string, { readonly normal: number; readonly move: number }>>;
  /** By record: for how long a step may take that changes it. */
  readonly dnsTimeoutsMs: Readonly<Record<string, number>>;
  readonly traffic: readonly string[];
}

export interface Objectives {
  readonly rtoMs: number;
  readonly rpoMs: number;
}

export interface Policy {
  /** The verdicts that may move it without a human. */
  readonly moveOn: readonly VerdictKind[];
  readonly fencing: {
    /** What an unreachable primary that can't be fenced means; `owe` names who accepted it. */
    readonly unreachable: "refuse" | "owe";
    readonly acceptedBy?: string;
  };
  /** No automatic move within this time of the last one, unless a human acknowledged it. */
  readonly cooldownMs: number;
  /** A cluster must have been well for so long before the application goes there as planned. */
  readonly stabilisationMs: number;
  /** For so long after a planned move one command takes it back, and the old side is kept warm. */
  readonly commitWindowMs: number;
  /** By kind: how many people must agree to it, whoever asks among them. Absent: one. */
  readonly approvals: Readonly<Record<string, number>>;
  /** The most that a kind asks for that only goes home: so many for every planned move there. Absent: one. */
  readonly homeApprovals?: number;
  readonly thresholds: Thresholds;
  /** Votes that a failure needs, of the vantages that are fit. */
  readonly quorum: number;
  /** Who accepts automatic moves with vantages in fewer than three failure domains. */
  readonly fewFailureDomainsAcceptedBy?: string;
  /** Who accepts automatic moves that one vantage is enough for. */
  readonly quorumOfOneAcceptedBy?: string;
}
