import { GreenlightError } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";

export interface Bound {
  readonly clock: Clock;
  readonly withinMs: number;
  /** Ends the waiting sooner, with its reason. */
  readonly until?: AbortSignal;
}

/**
 * The call's result, or GL_STORAGE_AWAY when that takes too long. `late` aborts then, with this
 * error: what was not begun until then must not be begun, because nobody waits for it any more.
 */
export async function bounded<T>(
  call: (late: AbortSignal) => Promise<T>,
  { clock, withinMs, until }: Bound,
): Promise<T> {
  until?.throwIfAborted();
  const [settled, late] = [new AbortController(), new AbortController()];
  const { signal } = settled;
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = (error: unknown) => {
      late.abort(error);
      reject(error);
    };
    const tooLong = new GreenlightError("GL_STORAGE_AWAY", `no answer in ${withinMs} ms`);
    clock.sleep(withinMs, signal).then(
      () => giveUp(tooLong),
      () => undefined,
    );
    until?.addEventListener("abort", () => giveUp(until.reason), { once: true, signal });
  });
  givenUp.catch(() => undefined);
  try {
    return await Promise.race([call(late.signal), givenUp]);
  } finally {
    settled.abort("settled");
  }
}
