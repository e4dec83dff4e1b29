import { setMaxListeners } from "node:events";
import { abandonable } from "../../engine/deadline.ts";
import type { Clock } from "../../engine/ports/clock.ts";

/** A signal of one call: it aborts with its parent, or when the time is over. */
export interface Bound {
  /** Its reason has the code ETIMEDOUT when it was the time. */
  readonly signal: AbortSignal;
  /** Aborts what is left and frees the timer; call it in any case. */
  release(): void;
}

export interface BoundOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Unlike `AbortSignal.any`, leaves nothing behind at a parent that lives as long as the process. */
export function createBound({ clock, timeoutMs, signal }: BoundOptions): Bound {
  const stop = new AbortController();
  const relay = () => stop.abort(signal.reason);
  if (signal.aborted) relay();
  // Many calls may share a parent, and each takes its listener back: Node need not warn of a leak.
  setMaxListeners(0, signal);
  signal.addEventListener("abort", relay, { once: true });
  const late = () =>
    stop.abort(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: "ETIMEDOUT" }));
  if (!signal.aborted) clock.sleep(timeoutMs, stop.signal).then(late, () => undefined);
  return {
    signal: stop.signal,
    release: () => {
      signal.removeEventListener("abort", relay);
      stop.abort(OVER);
    },
  };
}

/**
 * The call's result; it has the time, and then its own signal aborts. One that does not heed that
 * is abandoned: undici leaves a request alone that waits for a connection, until there is one.
 */
export async function bounded<T>(
  options: BoundOptions,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const bound = createBound(options);
  try {
    bound.signal.throwIfAborted();
    return await abandonable(call, bound.signal);
  } finally {
    bound.release();
  }
}

/** One for all calls: every probe ends with it, and a new one would draw up its stack each time. */
const OVER = new Error("the call is over");
