import type { SystemClock } from "../../adapters/clock/system-clock.ts";
import { codeOf } from "../../domain/errors.ts";
import type { JournalEvent } from "../../domain/event.ts";
import type { Client } from "../client.ts";

export interface EventPage {
  readonly events: readonly JournalEvent[];
  readonly position: number;
}

export interface FollowTools {
  readonly client: Client;
  readonly clock: SystemClock;
  readonly signal: AbortSignal;
}

/** Each event of the journal from there on, as it comes; a Greenlight that is away is waited for. */
export async function follow(
  after: number,
  onEvent: (event: JournalEvent) => void,
  { client, clock, signal }: FollowTools,
): Promise<void> {
  for (let position = after; !signal.aborted; ) {
    try {
      const page = await client.get<EventPage>(`/v1/events?after=${position}&wait=${WAIT_SECONDS}`);
      position = page.position;
      for (const event of page.events) onEvent(event);
    } catch (error) {
      if (codeOf(error) !== "GL_UNREACHABLE") throw error;
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }
}

/** Short: whoever has enough waits for the end of one question. */
const WAIT_SECONDS = 0.5;
const RETRY_MS = 50;
