/** What a data driver says of one store (reference: data/http contract in runbooks/data-http.md). */
export type DataStatus = {
  readonly epoch: number;
  readonly sequence: number;
  readonly engine: string;
  readonly role: "primary" | "standby" | "fenced";
  /** The replication link from its primary; null where the store is none's standby. */
  readonly linkUp: boolean | null;
  /** The last position that it has applied, in the store's own rising numbers. */
  readonly position: number;
  /** Writes of clients that it holds, without heartbeats; absent: it does not say. */
  readonly writes?: number;
  readonly lagMs: number | null;
  /** The primary's clock in the newest heartbeat that it has applied, ms since 1970; null: none. */
  readonly heartbeatAt: number | null;
  /** The store's clock when it answered, ms since 1970. */
  readonly observedAt: number;
  readonly confidence: "proven" | "estimated" | "unknown";
  readonly reasons: readonly string[];
};
