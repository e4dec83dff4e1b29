/** Was a text one of ours, and were we told of it for the first time? */
export type Reception = "news" | "known" | "refused";

/** Takes texts to other processes: fast, at most once, keeping none. Texts are JSON. */
export interface Carrier {
  /** Rejects when it can't be sent now, or nobody said in time that it was taken. */
  send(text: string): Promise<void>;
  /**
   * Sends again what went out another way a while ago: was it news to one of those who took it?
   * Rejects when nobody did.
   */
  resend?(text: string): Promise<boolean>;
  /** Has what went out another way at hand for those who come by on this one, and hear on no other. */
  offer?(text: string): void;
  /** Tells of what comes from anybody, which may be anything; returns how to stop that. */
  receive(listener: Hearer): () => void;
  close(): Promise<void>;
}

export type Hearer = (text: string) => Reception;

/** What a text may weigh, in bytes. A signal has a few hundred. */
export const MAX_TEXT_BYTES = 16 * 1024;
