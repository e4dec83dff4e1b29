/** Takes texts to other processes: fast, at most once, keeping none. */
export interface Carrier {
  /** Rejects when it can't be sent now, or nobody said in time that it was taken. */
  send(text: string): Promise<void>;
  /** Has what went out another way at hand for those who come by on this one, and hear on no other. */
  offer?(text: string): void;
  /** Tells of what comes from anybody, which may be anything; returns how to stop that. */
  receive(listener: (text: string) => void): () => void;
  close(): Promise<void>;
}

/** What a text may weigh, in bytes. A signal has a few hundred. */
export const MAX_TEXT_BYTES = 16 * 1024;
