import { z } from "zod";
import type { CallHttp } from "../../adapters/http/http-call.ts";
import type { ReadSource } from "./replica.ts";

/** The other store, asked over HTTP. */
export function createReadSource(
  url: string,
  { call, token }: { readonly call: CallHttp; readonly token: string },
): ReadSource {
  const headers = { authorization: `Bearer ${token}` };
  return async ({ after, lagMs, waitMs }, signal) => {
    const query = new URLSearchParams({
      after: String(after),
      lagMs: String(lagMs),
      waitMs: String(waitMs),
    });
    const timeoutMs = waitMs + ANSWER_MS;
    const { status, body } = await call(
      { method: "GET", url: `${url}/replication?${query.toString()}`, headers, timeoutMs },
      signal,
    );
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    return pageSchema.parse(JSON.parse(body));
  };
}

/** Beyond the time that it was asked to wait. */
const ANSWER_MS = 500;

const pageSchema = z.object({
  isPrimary: z.boolean(),
  position: z.int().nonnegative(),
  entries: z.array(
    z.object({
      position: z.int().positive(),
      kind: z.enum(["order", "heartbeat"]),
      id: z.string(),
      at: z.number(),
    }),
  ),
  now: z.number(),
});
