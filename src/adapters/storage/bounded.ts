import { GreenlightError } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";

/**
 * The call's result, or GL_STORAGE_AWAY when that takes too long. `late` aborts then, with this
 * error: what was not begun until then must not be begun, because nobody waits for it any more.
 */
export async function bounded<T>(
  call: (late: AbortSignal) => Promise<T>,
  { clock, withinMs }: { readonly clock: Clock; readonly withinMs: number },
): Promise<T> {
  const [settled, late] = [new AbortController(), new AbortController()];
  const bound = clock.sleep(withinMs, settled.signal).then(() => {
    const error = new GreenlightError("GL_STORAGE_AWAY", `no answer in ${withinMs} ms`);
    late.abort(error);
    throw error;
  });
  bound.catch(() => undefined);
  try {
    return await Promise.race([call(late.signal), bound]);
  } finally {
    settled.abort("settled");
  }
}
