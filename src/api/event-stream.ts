import { GreenlightError } from "../domain/errors.ts";
import type { JournalEvent } from "../domain/event.ts";
import type { Placed } from "../engine/feed.ts";
import type { Answer, Call } from "./route.ts";

/** Where a client goes on from: the browser's `Last-Event-ID` first, for it repeats the URL as it was. */
export function positionOf({ header }: Pick<Call, "header">, after: number): number {
  const last = header("last-event-id");
  if (last === undefined || last === "") return after;
  if (/^\d{1,15}$/.test(last)) return Number(last);
  throw new GreenlightError("GL_INVALID", "the header Last-Event-ID must be one that we sent");
}

/** Does the client ask for a stream? */
export function wantsStream({ header }: Pick<Call, "header">): boolean {
  return (header("accept") ?? "").split(/[,;]/).some((type) => type.trim() === EVENT_STREAM);
}

/**
 * The WHATWG's server-sent events: `id` is the position to go on from, `data` the event as it is in
 * the journal. Ends after `last`, where that comes.
 */
export function streamOf(
  placed: AsyncIterable<Placed | undefined>,
  isLast: (event: JournalEvent) => boolean = () => false,
): Answer {
  return { lines: spell(placed, isLast), type: EVENT_STREAM };
}

/** Without a word for longer than this, what stands between may take the connection for dead. */
export const IDLE_MS = 10_000;

const EVENT_STREAM = "text/event-stream";

async function* spell(
  placed: AsyncIterable<Placed | undefined>,
  isLast: (event: JournalEvent) => boolean,
): AsyncIterable<string> {
  // At once, so that the client knows that it is heard.
  yield `retry: ${RECONNECT_MS}\n\n`;
  for await (const one of placed) {
    yield one ? `id: ${one.position}\ndata: ${JSON.stringify(one.event)}\n\n` : ": nothing new\n\n";
    if (one && isLast(one.event)) return;
  }
}

const RECONNECT_MS = 1_000;
