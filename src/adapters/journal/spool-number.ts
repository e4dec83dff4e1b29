import type { Draft, JournalEvent } from "../../domain/event.ts";
import type { Digest } from "../../engine/ports/digest.ts";
import { chained, NO_HEAD } from "./chained.ts";
import { isOperation, type Mirror } from "./mirror.ts";
import { AHEAD, isIntent, leadOf } from "./sequence.ts";

/** What the records of operations are numbered, for the fence of the writes that follow them. */
export class SpoolNumbers {
  readonly #mirror: Mirror;
  /** The streams that something of waits in. */
  readonly #streams = new Set<string>();

  constructor(mirror: Mirror) {
    this.#mirror = mirror;
  }

  /**
   * One that the journal has, not yet in the mirror: beyond all that was given out before it, also
   * where the journal lost its last records and gives their places out again.
   */
  ofKept(event: JournalEvent): JournalEvent {
    const known = this.#mirror.stream(event.stream) ?? [];
    const seq = event.seq + leadOf(known);
    const isAgain = known.some((one) => one.seq === event.seq && one.hash !== event.hash);
    const most = isAgain ? Math.max(...known.map(({ seq: own, sequence = own }) => sequence)) : 0;
    return seq > event.seq || isAgain ? { ...event, seq: Math.max(seq, most + 1) } : event;
  }

  /** One that is to wait: as this process has it meanwhile, and what is to be replayed of it. */
  ofSpooled(
    draft: Draft,
    digest: Digest,
  ): { readonly event: JournalEvent; readonly waiting: Draft } {
    const { stream } = draft;
    const head = this.#mirror.headOf(stream);
    // What this process opens meanwhile nobody else can have read.
    const isFirst = !this.#streams.has(stream) && head !== NO_HEAD && isOperation(stream);
    const jump = isFirst ? leadOf(this.#mirror.stream(stream) ?? []) + AHEAD : 0;
    const sequence = head.seq + jump + 1;
    const waiting = isIntent(draft) ? { ...draft, sequence } : draft;
    const { event } = chained({ ...waiting, late: true }, { ...head, seq: sequence - 1 }, digest);
    return { event, waiting };
  }

  /** It waits. */
  take(event: JournalEvent): void {
    this.#streams.add(event.stream);
    this.#mirror.take(event);
  }

  /** All is replayed: from here on the mirror says what the journal says. */
  async settle(
    read: (stream: string) => Promise<readonly JournalEvent[]>,
    late: AbortSignal,
  ): Promise<void> {
    const known = [...this.#streams].filter((stream) => this.#mirror.stream(stream));
    const streams = await Promise.all(
      known.map(async (stream) => [stream, await read(stream)] as const),
    );
    late.throwIfAborted();
    for (const [stream, events] of streams) this.#mirror.takeStream(stream, events);
    this.#streams.clear();
  }
}
