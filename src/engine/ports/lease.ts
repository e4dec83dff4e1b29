/** What the Lease of one application in one cluster says. */
export interface LeaseRecord {
  /** The fencing token: (epoch, sequence), the first compared first. */
  readonly epoch: number;
  readonly sequence: number;
  /** The cluster that is primary. */
  readonly primary: string;
  /** The operation that holds it, or none. */
  readonly operation?: string;
  readonly holder?: string;
  /** The holder loses it when it was not renewed for so long. */
  readonly durationMs: number;
  /** Wall clock of the holder: for people. Takers judge by changes that they saw themselves. */
  readonly renewedAt?: number;
}

/** The Leases `greenlight-APPLICATION` of one cluster. */
export interface Leases {
  /** undefined: there is none yet. */
  read(application: string, signal: AbortSignal): Promise<HeldLease | undefined>;
  /**
   * Compare-and-swap: creates it where `seen` is undefined, else replaces exactly that version.
   * Rejects with GL_CONFLICT when it changed, or is there already. Foreign labels and annotations
   * survive.
   */
  swap(
    application: string,
    change: { readonly seen: HeldLease | undefined; readonly next: LeaseRecord },
    signal: AbortSignal,
  ): Promise<HeldLease>;
}

export interface HeldLease {
  readonly version: string;
  readonly record: LeaseRecord;
}
