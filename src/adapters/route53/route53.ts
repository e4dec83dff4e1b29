import type { Change, ResourceRecordSet, RRType } from "@aws-sdk/client-route-53";

/** Who is asked, and as whom. */
export interface Route53Access {
  /** Absent: the public one of AWS. */
  readonly endpoint?: string;
  /** `sdk-chain`: environment, shared files, web identity, instance metadata, as the SDK looks. */
  readonly credentials:
    | "sdk-chain"
    | { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The same access gets the same connections. Asks nothing yet. */
export type OpenRoute53 = (access: Route53Access) => Route53;

/**
 * The part of Route 53's API that changes records. Each call is bounded and, while the API says
 * that it is busy, repeated with growing pauses until the signal aborts, or GL_BUSY. It rejects
 * with the signal's reason when that aborts first, with GL_UNREACHABLE when there is no usable
 * answer, GL_NOT_FOUND when there is no such zone or change, GL_FORBIDDEN when it does not take it
 * from us, GL_REJECTED when it can't make sense of it.
 */
export interface Route53 {
  /** Record sets from that name and type on, as the zone has them now, propagated or not. */
  list(hostedZone: string, from: ListFrom, signal: AbortSignal): Promise<Listed>;
  /**
   * All of the changes or none. Also rejects with GL_CONFLICT when the zone is not such that they
   * can be made, be it that it changed or that they are wrong: look again. After GL_UNREACHABLE
   * they may have been made, or still be.
   */
  change(hostedZone: string, batch: Batch, signal: AbortSignal): Promise<Submitted>;
  /** Do all its name servers answer so? */
  isInSync(changeId: string, signal: AbortSignal): Promise<boolean>;
}

export interface ListFrom {
  readonly name: string;
  readonly type?: RRType;
  /** Among those of one name and type. */
  readonly identifier?: string;
  readonly maxItems?: number;
}

export interface Listed {
  /** Sorted by name from its last label on, then type, then identifier. */
  readonly sets: readonly ResourceRecordSet[];
  /** Where the next page begins; absent: that was all. */
  readonly next?: {
    readonly name: string;
    readonly type: RRType;
    readonly identifier?: string;
  };
}

export interface Batch {
  readonly changes: readonly Change[];
  /** For people who look at the zone's history. */
  readonly comment: string;
}

export interface Submitted {
  readonly id: string;
  readonly isInSync: boolean;
}
