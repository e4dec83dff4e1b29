import { z } from "zod";
import type { CallHttp } from "../../adapters/http/http-call.ts";
import { GreenlightError } from "../../domain/errors.ts";

const pageSchema = z.object({
  entries: z.array(z.object({ id: z.string() })),
  next: z.int(),
  position: z.int(),
});

/** Every order that the store at that URL has, by its id. Rejects where it does not answer. */
export async function readOrders(
  url: string,
  call: CallHttp,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const orders = new Set<string>();
  for (let after = 0; ; ) {
    const page = { method: "GET", url: `${url}/entries?after=${after}` } as const;
    const { status, body } = await call({ ...page, timeoutMs: TIMEOUT_MS }, signal);
    if (status !== 200) throw new GreenlightError("GL_UNREACHABLE", `${url}: status ${status}`);
    const { entries, next, position } = pageSchema.parse(JSON.parse(body));
    for (const { id } of entries) orders.add(id);
    if (next >= position || next <= after) return orders;
    after = next;
  }
}

const TIMEOUT_MS = 1_000;
