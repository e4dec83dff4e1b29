import type { Clock } from "../../engine/ports/clock.ts";
import type { Carrier } from "./carrier.ts";

export interface FallbackBusTools {
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  /** Told when somebody who is reached by the second way hears nothing by the first, and when all do. */
  readonly onMissed?: (isMissed: boolean) => void;
}

/**
 * Carries by the first as long as that one takes what it is given and all hear it, else by the
 * second. While the first is silent a text goes both ways at once, so that no signal waits for it to
 * be missed, and the one that it takes again tells that it is back. Whoever hears it twice knows it.
 *
 * That the first took it does not say that anybody heard it: others may have lost it, and we not.
 * Now and then one that went out by it alone is sent again a little later by the second: where that
 * is news, somebody is deaf on the first.
 */
export function createFallbackCarrier(
  first: Carrier,
  second: Carrier,
  { clock, onMissed }: FallbackBusTools,
): Carrier {
  const closed = new AbortController();
  let isAway = false;
  let isMissed = false;
  let askedMs = Number.NEGATIVE_INFINITY;
  const sendFirst = (text: string) =>
    first.send(text).then(
      () => {
        isAway = false;
      },
      (error: unknown) => {
        isAway = true;
        throw error;
      },
    );
  const isDue = () => {
    if (!second.resend || isAway || clock.monotonicMs() - askedMs < ASK_EVERY_MS) return false;
    askedMs = clock.monotonicMs();
    return true;
  };
  const ask = async (text: string) => {
    await clock.sleep(ASK_AFTER_MS, closed.signal);
    const before = isMissed;
    isMissed = (await second.resend?.(text)) ?? false;
    if (isMissed !== before) onMissed?.(isMissed);
  };
  return {
    async send(text) {
      // The first may be away for others, and not for us.
      second.offer?.(text);
      const isAsking = isDue();
      if (isAway || (isMissed && !isAsking))
        await Promise.any([sendFirst(text), second.send(text)]).catch(firstOf);
      else await sendFirst(text).catch(() => second.send(text));
      // Where nobody can be asked it stays as it was.
      if (isAsking && !isAway) ask(text).catch(() => undefined);
    },
    receive(listener) {
      const ends = [first, second].map((carrier) => carrier.receive(listener));
      return () => {
        for (const end of ends) end();
      };
    },
    async close() {
      closed.abort(CLOSED);
      await Promise.all([first.close(), second.close()]);
    },
  };
}

function firstOf({ errors }: AggregateError): never {
  throw errors.at(-1);
}

const CLOSED = new Error("the bus is closed");
const ASK_EVERY_MS = 1_000;
/** The first takes that long at most, and carries in a few milliseconds. */
const ASK_AFTER_MS = 250;
