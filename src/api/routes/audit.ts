import { z } from "zod";
import { canonical } from "../../domain/canonical.ts";
import type { JournalEvent } from "../../domain/event.ts";
import { IDLE_MS, positionOf, streamOf, wantsStream } from "../event-stream.ts";
import { type Route, route } from "../route.ts";

const eventsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  /** How long to wait for the first one, in seconds. */
  wait: z.coerce.number().min(0).max(30).default(0),
});

/** The journal: as it grows, as a whole, and its head. */
export const auditRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/v1/events",
    role: "viewer",
    query: eventsQuery,
    answer: async ({ control, query, signal, header }) =>
      wantsStream({ header })
        ? streamOf(control.follow(positionOf({ header }, query.after), { signal, idleMs: IDLE_MS }))
        : { json: await control.events(query.after, query.wait * 1000, signal) },
  }),
  route({
    method: "get",
    path: "/v1/audit/head",
    role: "viewer",
    answer: async ({ control }) => ({ json: await control.auditHead() }),
  }),
  route({
    method: "get",
    path: "/v1/audit/key",
    role: "viewer",
    answer: async ({ control }) => ({ json: await control.auditKey() }),
  }),
  route({
    method: "get",
    path: "/v1/audit/checkpoint",
    role: "viewer",
    answer: async ({ control }) => ({ json: await control.auditCheckpoint() }),
  }),
  route({
    method: "get",
    path: "/v1/audit/journal",
    role: "viewer",
    answer: async ({ control, signal }) => ({
      lines: spell(control.journal(signal)),
      type: "application/jsonl",
    }),
  }),
];

/** In the spelling that the hashes are of. */
async function* spell(events: AsyncIterable<JournalEvent>): AsyncIterable<string> {
  for await (const event of events) yield `${canonical(event)}\n`;
}
