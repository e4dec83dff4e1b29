/** What a human should know, whatever carries it. */
export interface Message {
  /** Unique: a receiver may drop what it has seen. */
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
  /** Bounded by the signal; rejects when it was not taken. */
  send(message: Message, signal: AbortSignal): Promise<void>;
}
