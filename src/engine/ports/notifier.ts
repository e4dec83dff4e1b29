/** What a human should know, whatever carries it. */
export interface Message {
  /** Unique: a receiver may drop what it has seen. The same after a restart. */
  readonly id: string;
  readonly severity: "info" | "warning" | "page";
  readonly application: string;
  /** One line. */
  readonly title: string;
  /** What happened, why, and the command to go on. */
  readonly text: string;
  /** Wall clock, in ms since 1970. */
  readonly at: number;
  readonly operation?: string;
}

/** Tells someone. Never in an operation's way: the caller does not wait for it. */
export interface Notifier {
  readonly name: string;
  /**
   * Once. Bounded by the signal; rejects when it was not taken. A receiver that says when to come
   * again is heard: see `retryAfterOf`.
   */
  send(message: Message, signal: AbortSignal): Promise<void>;
}

/** The cause of a rejection whose receiver wants to be left alone for so long. */
export interface RetryAfter {
  readonly retryAfterMs: number;
}

export function retryAfterOf(error: unknown): number | undefined {
  const { cause } = (error ?? {}) as { readonly cause?: Partial<RetryAfter> | null };
  return typeof cause?.retryAfterMs === "number" ? cause.retryAfterMs : undefined;
}
