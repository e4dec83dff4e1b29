import type { JournalEvent } from "../../src/domain/event.ts";
import type { Control } from "../../src/runtime/control.ts";

/** A journal that nothing comes to any more, followed to its end. */
export async function* followFake(
  all: readonly JournalEvent[],
  after: number,
  { stream, signal, idleMs }: Parameters<Control["follow"]>[1],
) {
  for (const [i, event] of all.entries())
    if (i >= after && (stream === undefined || event.stream === stream))
      yield { event, position: i + 1 };
  if (idleMs > 0) await whenAborted(signal);
  yield undefined;
}

export async function whenAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
