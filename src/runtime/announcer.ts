import type { Log } from "../adapters/log/log.ts";
import { createNotifier } from "../drivers/notify/registry.ts";
import { Outbox } from "../engine/outbox.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Message } from "../engine/ports/notifier.ts";
import type { Config } from "./config.ts";

export interface AnnouncerTools {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Counts what became of each message, for each notifier. */
  readonly onTold: (notifier: string, isTold: boolean) => void;
}

/** Everyone who is configured to be told. */
export interface Announcer {
  /** Returns at once. What can't be told, in all the time that it has, is logged and counted. */
  readonly tell: (message: Message) => void;
  /** Is there nothing that waits to be told? */
  readonly isIdle: () => boolean;
}

export function createAnnouncer(
  config: Pick<Config, "notifiers" | "secret">,
  tools: AnnouncerTools,
): Announcer {
  const { clock, chance, log, signal, onTold } = tools;
  const outboxes = config.notifiers.map((notifier, i) => {
    const ref = "secretRef" in notifier ? notifier.secretRef : undefined;
    const secret = ref === undefined ? undefined : config.secret(ref);
    // By number too: there may be several of a kind.
    const name = `${i + 1}-${notifier.notifier}`;
    const onDone = ({ id, title }: Message, whyNot?: string) => {
      onTold(name, whyNot === undefined);
      if (whyNot !== undefined) log.warn({ notifier: name, id, why: whyNot }, `not told: ${title}`);
    };
    return new Outbox(createNotifier(notifier, { clock, log, secret }), {
      clock,
      chance,
      signal,
      onDone,
    });
  });
  return {
    tell: (message) => {
      for (const outbox of outboxes) outbox.put(message);
    },
    isIdle: () => outboxes.every((outbox) => outbox.isIdle),
  };
}
