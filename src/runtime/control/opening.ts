import type { OperationState } from "../operation-detail.ts";

/** Operations: asked for, agreed to, taken back. */
export interface Openings {
  /**
   * Accepts an operation, once: the same key with the same application and kind is the same
   * operation, also when both come at once; with others it rejects with GL_KEY_REUSED. Where others
   * must agree first, it awaits them. Rejects with GL_REFUSED and all that is missing,
   * GL_PLAN_UNSAFE, GL_LEASE_HELD; then nothing was done.
   */
  open(request: OpenRequest): Promise<Accepted>;
  /**
   * One more person agrees to what was asked for. Rejects with GL_REFUSED where this person can't,
   * where it is over, or where it is not what was asked for any more: then it is closed, and nothing
   * was touched. GL_CONFLICT: it was opened already. GL_UNKNOWN: nobody asked for it.
   */
  approve(id: string, by: string): Promise<Accepted>;
  /**
   * Takes a planned move back, within its commit window and while nothing else moved: with nobody's
   * approval but the caller's. Rejects with GL_REFUSED otherwise, and like `open`.
   */
  rollback(request: RollbackRequest): Promise<Accepted>;
}

export interface Accepted {
  readonly operation: string;
  readonly state: OperationState;
  /** While it awaits approval; wall clock, in ms since 1970. */
  readonly expiresAt?: number;
}

export interface OpenRequest {
  readonly application: string;
  readonly kind: string;
  /** The owner of the token. */
  readonly by: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

export interface RollbackRequest {
  /** What is taken back. */
  readonly operation: string;
  readonly by: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}
