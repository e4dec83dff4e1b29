import type { Log } from "../adapters/log/log.ts";
import { reasonOf } from "../domain/errors.ts";
import { createNotifier } from "../drivers/notify/registry.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Message, Notifier } from "../engine/ports/notifier.ts";
import type { Config } from "./config.ts";

/** Tells every configured notifier, in nobody's way: what can't be told is logged. */
export function createAnnouncer(
  config: Pick<Config, "notifiers" | "secret">,
  tools: {
    readonly clock: Clock;
    readonly chance: Chance;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
): (message: Omit<Message, "id">) => void {
  const { clock, chance, log, signal } = tools;
  const notifiers = config.notifiers.map((notifier): Notifier => {
    const ref = "secretRef" in notifier ? notifier.secretRef : undefined;
    const secret = ref === undefined ? undefined : config.secret(ref);
    return createNotifier(notifier, { clock, log, secret });
  });
  return (message) => {
    const whole = { ...message, id: `msg_${chance.id()}` };
    for (const notifier of notifiers) {
      const bound = AbortSignal.any([signal, clock.timeout(SEND_MS)]);
      notifier.send(whole, bound).catch((error: unknown) => {
        if (!signal.aborted)
          log.warn({ notifier: notifier.name, why: reasonOf(error) }, `not told: ${whole.title}`);
      });
    }
  };
}

const SEND_MS = 5_000;
