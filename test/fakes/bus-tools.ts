import type { BusTools } from "../../src/adapters/bus/carried-bus.ts";
import { createTextSeal } from "../../src/adapters/bus/sealed-text.ts";
import { type Sent, writeSignal } from "../../src/adapters/bus/signal-text.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";

export const BUS_KEY = "a key of the bus's tests";

/** For one end, which has the key that all have, and tells nobody of what goes wrong. */
export function busTools(more: Partial<BusTools> & Pick<BusTools, "sender">): BusTools {
  const nothing = () => undefined;
  const seal = createTextSeal([BUS_KEY]);
  return { clock: new SystemClock(), seal, onError: nothing, onRefused: nothing, ...more };
}

/** What travels, if somebody has that key. */
export function sealedText(sent: Sent | string, key: string = BUS_KEY): string {
  const text = typeof sent === "string" ? sent : writeSignal(sent);
  return createTextSeal([key]).seal(text) ?? "";
}
