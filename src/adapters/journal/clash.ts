/** The record that this one was to follow is not there: nothing was kept. */
export class Unfollowed extends Error {
  override readonly name = "Unfollowed";
  /** Whoever asks for it sees the same: the end of the stream is another one. */
  readonly constraint = SEQUENCE;
}

/**
 * Is the stream other than whoever appends believes: another record has the place of this one, or
 * the one before it is gone, as in a database that was made anew or restored?
 */
export function isClash(error: unknown): boolean {
  return clashOf(error) === SEQUENCE;
}

/** The constraint that a statement broke. */
export function clashOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "constraint" in error
    ? error.constraint
    : undefined;
}

const SEQUENCE = "event_seq";
