import { z } from "zod";
import type { JournalEvent } from "../../domain/event.ts";
import type { Placed } from "../../engine/feed.ts";
import { IDLE_MS, positionOf, streamOf } from "../event-stream.ts";
import { type Route, route } from "../route.ts";

const eventsQuery = z.strictObject({ after: z.coerce.number().int().min(0).default(0) });

/** One operation as it goes on. Its end is the last event: who has that gets 204, and need not come again. */
export const operationEventRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/v1/operations/:id/events",
    role: "viewer",
    query: eventsQuery,
    answer: async ({ control, params, query, signal, header }) => {
      const stream = params["id"] ?? "";
      const { events } = await control.operation(stream);
      const after = positionOf({ header }, query.after);
      const isOver = events.some(isEnd);
      if (isOver && !(await hasAny(control.follow(after, { stream, signal, idleMs: 0 }))))
        return { empty: true };
      return streamOf(control.follow(after, { stream, signal, idleMs: IDLE_MS }), isEnd);
    },
  }),
];

function isEnd({ type }: JournalEvent): boolean {
  return type === "operation.ended";
}

async function hasAny(placed: AsyncIterable<Placed | undefined>): Promise<boolean> {
  for await (const one of placed) return one !== undefined;
  return false;
}
