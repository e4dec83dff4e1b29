import { reasonOf } from "../domain/errors.ts";
import type { Visit, Visiting } from "../domain/visit.ts";
import type { Bus } from "./ports/bus.ts";
import type { Envoy } from "./ports/envoy.ts";

/**
 * Answers for one vantage whoever calls the roll, and visits for him: a limited number at a time,
 * each once however often it is told. Ends with the signal.
 */
export function answerRoll(
  envoy: Envoy,
  { bus, signal }: { readonly bus: Bus; readonly signal: AbortSignal },
): void {
  const { vantage } = envoy;
  const underWay = new Set<string>();
  const visit = async (visiting: Visiting): Promise<readonly Visit[]> => {
    try {
      return await envoy.visit(visiting, signal);
    } catch (error) {
      return [{ address: "", whyNot: reasonOf(error) }];
    }
  };
  const serve = async (id: string, visiting: Visiting) => {
    if (underWay.has(id)) return;
    // Silence: it is told again, and may find us with less to do.
    if (underWay.size >= MAX_UNDER_WAY) return;
    underWay.add(id);
    const visits = await visit(visiting);
    underWay.delete(id);
    if (!signal.aborted)
      bus.publish({ type: "visited", id, vantage, visits: visits.map(shortened) });
  };
  const unsubscribe = bus.subscribe((heard) => {
    if (heard.type === "roll") bus.publish({ type: "present", asker: heard.asker, vantage });
    else if (heard.type === "visit" && heard.vantage === vantage)
      void serve(heard.id, heard.visiting);
  });
  signal.addEventListener("abort", unsubscribe, { once: true });
}

/** A reason that is too long to be sent would be no answer at all. */
function shortened({ address, whyNot }: Visit): Visit {
  return whyNot === undefined ? { address } : { address, whyNot: whyNot.slice(0, MAX_REASON) };
}

const MAX_UNDER_WAY = 32;
const MAX_REASON = 300;
