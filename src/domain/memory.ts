import { type ApprovalRequests, foldApprovals } from "./approval.ts";
import type { Draft } from "./event.ts";
import type { FaultBounds } from "./suspicion.ts";
import type { VerdictKind } from "./verdict-kind.ts";

/** What a decision needs of the past: a fold of the application's stream, the same after a restart. */
export interface Memory {
  readonly adopted?: { readonly primary: string; readonly epoch: number; readonly at: number };
  readonly paused?: { readonly by: string; readonly reason: string; readonly at: number };
  /** The latest. */
  readonly acknowledged?: { readonly by: string; readonly at: number };
  /** By cluster, then workload: as it last was while the cluster was healthy. */
  readonly replicas: Readonly<Record<string, Readonly<Record<string, SeenReplicas>>>>;
  /** By cluster: the doubt that is not cleared yet. */
  readonly suspicions: Readonly<Record<string, KeptSuspicion>>;
  /** By cluster: the latest. */
  readonly verdicts: Readonly<Record<string, KeptVerdict>>;
  /** What people were asked to agree to. */
  readonly requests: ApprovalRequests;
}

export interface KeptVerdict {
  readonly kind: VerdictKind;
  readonly at: number;
  /** When it was last healthy and then was not any more; absent: never, or it still is. */
  readonly healthyUntil?: number;
}

export interface SeenReplicas {
  readonly replicas: number;
  readonly at: number;
}

export interface KeptSuspicion extends FaultBounds {
  /** When it was journalled. */
  readonly at: number;
}

export const NO_MEMORY: Memory = { replicas: {}, suspicions: {}, verdicts: {}, requests: {} };

export function foldMemory(memory: Memory, event: Draft): Memory {
  const { at } = event;
  switch (event.type) {
    case "application.adopted":
      return { ...memory, adopted: { primary: event.primary, epoch: event.epoch, at } };
    case "application.paused":
      return { ...memory, paused: { by: event.by, reason: event.reason, at } };
    case "application.unpaused": {
      const { paused: _, ...rest } = memory;
      return rest;
    }
    case "workload.seen": {
      const { cluster, workload, replicas } = event;
      const of = { ...memory.replicas[cluster], [workload]: { replicas, at } };
      return { ...memory, replicas: { ...memory.replicas, [cluster]: of } };
    }
    case "suspicion.raised": {
      const { cluster, lastGoodAt, firstFailedAt } = event;
      const suspicion = { lastGoodAt, firstFailedAt, at };
      return { ...memory, suspicions: { ...memory.suspicions, [cluster]: suspicion } };
    }
    case "suspicion.cleared": {
      const { [event.cluster]: _, ...suspicions } = memory.suspicions;
      return { ...memory, suspicions };
    }
    case "application.acknowledged":
      return { ...memory, acknowledged: { by: event.by, at } };
    case "verdict.reached": {
      const was = memory.verdicts[event.cluster];
      const until = was?.kind === "healthy" ? at : was?.healthyUntil;
      const isHealthy = event.verdict === "healthy";
      const kept = isHealthy || until === undefined ? {} : { healthyUntil: until };
      const verdict = { kind: event.verdict, at, ...kept };
      return { ...memory, verdicts: { ...memory.verdicts, [event.cluster]: verdict } };
    }
    case "approval.requested":
    case "approval.given":
    case "approval.closed":
      return { ...memory, requests: foldApprovals(memory.requests, event) };
    default:
      return memory;
  }
}
