import { canonical } from "./canonical.ts";
import { type JournalEvent, LEDGER, streamOf } from "./event.ts";

/** What is wrong with a journal, by record, for people. `seq` 0: the stream as a whole. */
export interface Break {
  readonly stream: string;
  readonly seq: number;
  readonly what: string;
}

/** Hex SHA-256 of the UTF-8 bytes; passed in. */
type Digest = (text: string) => string;

/** The `previous` of the first record of each stream. */
export const NO_PREVIOUS = "0".repeat(64);

/**
 * Everything that contradicts the chains: one for each stream, and the ledger over the operations.
 * Empty for an untouched journal. `events` are whole streams, each in its order; how the streams
 * mix does not matter.
 *
 * It can't see a tail that was cut off where nothing had noted it: of an operation that has not
 * ended, of what was seen of an application, or of the ledger together with all that it noted.
 */
export function whyBroken(events: readonly JournalEvent[], digest: Digest): readonly Break[] {
  const streams = new Map<string, JournalEvent[]>();
  for (const event of events) {
    const stream = streams.get(event.stream);
    if (stream) stream.push(event);
    else streams.set(event.stream, [event]);
  }
  const unlinked = [...streams.values()].flatMap((stream) => [...whyUnlinked(stream, digest)]);
  return [...unlinked, ...whyNotNoted(streams), ...whyNotKept(streams), ...whyLost(streams)];
}

/** At most one reason a record; after a break, the chain goes on from what is there. */
function* whyUnlinked(stream: readonly JournalEvent[], digest: Digest): Generator<Break> {
  let [last, previous] = [0, NO_PREVIOUS];
  for (const event of stream) {
    const what = whyNotNext(event, { last, previous }, digest);
    if (what !== undefined) yield { stream: event.stream, seq: event.seq, what };
    if (event.seq > last) ({ seq: last, hash: previous } = event);
  }
}

function whyNotNext(
  event: JournalEvent,
  { last, previous }: { readonly last: number; readonly previous: string },
  digest: Digest,
): string | undefined {
  const { hash, ...hashed } = event;
  if (digest(canonical(hashed)) !== hash) return "was changed: its hash is of other content";
  if (event.seq <= last) return `stands after record ${last}: out of its place, or there twice`;
  if (event.seq > last + 1) return `follows a gap: the last before it is record ${last}`;
  if (event.previous !== previous)
    return last === 0 ? "does not begin its stream" : `does not follow record ${last} as it is`;
  return undefined;
}

/** What the ledger noted is there, and is what was noted. */
function* whyNotKept(streams: ReadonlyMap<string, readonly JournalEvent[]>): Generator<Break> {
  for (const note of streams.get(LEDGER) ?? []) {
    if (note.type !== "ledger.noted") continue;
    const at = { stream: note.operation, seq: note.noted };
    const kept = streams.get(note.operation);
    const noted = kept?.find((event) => event.seq === note.noted);
    if (kept === undefined) yield { ...at, what: `all is missing; ledger ${note.seq} noted it` };
    else if (noted === undefined) yield { ...at, what: `is missing; ledger ${note.seq} noted it` };
    else if (noted.hash !== note.notedHash)
      yield { ...at, what: `is not the record that ledger ${note.seq} noted` };
  }
}

/** What a process had been told was kept is gone, where the ledger says so: it and what followed. */
function* whyLost(streams: ReadonlyMap<string, readonly JournalEvent[]>): Generator<Break> {
  for (const note of streams.get(LEDGER) ?? [])
    if (note.type === "ledger.lost")
      yield {
        stream: note.of,
        seq: note.lost,
        what: `had been kept, and was gone when ledger ${note.seq} noted it`,
      };
}

/** Every operation's opening and end are noted; other streams are those of applications. */
function* whyNotNoted(streams: ReadonlyMap<string, readonly JournalEvent[]>): Generator<Break> {
  const notes = new Set(
    (streams.get(LEDGER) ?? []).map((event) =>
      event.type === "ledger.noted" ? `${event.noted} ${event.operation}` : "",
    ),
  );
  for (const [stream, events] of streams) {
    if (stream === LEDGER || stream.startsWith(streamOf(""))) continue;
    if (!events.some((event) => event.type === "operation.opened"))
      yield { stream, seq: 0, what: "begins with no operation.opened" };
    for (const { type, seq } of events)
      if (type === "operation.opened" || type === "operation.ended")
        if (!notes.has(`${seq} ${stream}`))
          yield { stream, seq, what: `${type} is unknown to the ledger` };
  }
}
