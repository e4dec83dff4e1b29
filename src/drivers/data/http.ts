import { z } from "zod";
import type { HttpAnswer, HttpCall } from "../../adapters/http/http-call.ts";
import { secretRef } from "../../adapters/schema/secret-ref.ts";
import type { DataStatus } from "../../domain/data-status.ts";
import { GreenlightError } from "../../domain/errors.ts";
import type { Driver } from "../../engine/ports/driver.ts";
import type { Data, DataTools } from "./data.ts";
import { readHttpStatus } from "./http-status.ts";

export const schema = z.strictObject({
  driver: z.literal("http"),
  /** By cluster: where the store there answers `/status` and `/role` (runbooks/data-http.md). */
  urls: z.record(z.string(), z.url({ protocol: /^https?$/ })),
  /** The bearer token. */
  secretRef: secretRef.optional(),
});

/** The store in one cluster that speaks the contract of runbooks/data-http.md. */
export function create(
  { urls }: z.infer<typeof schema>,
  cluster: string,
  { call, clock, secret }: DataTools,
): Driver<Data, DataStatus> {
  const url = urls[cluster];
  if (url === undefined) throw new GreenlightError("GL_CONFIG", `no url of ${cluster}`);
  const headers: Record<string, string> = secret ? { authorization: `Bearer ${secret}` } : {};
  const ask = async (path: string, rest: Pick<HttpCall, "method" | "json">, signal: AbortSignal) =>
    acceptable(
      await call(
        { url: url.replace(/\/$/, "") + path, headers, timeoutMs: CALL_TIMEOUT_MS, ...rest },
        signal,
      ),
      `the store of ${cluster}`,
    );
  return {
    name: "data/http",
    observe: async (signal) => {
      const askedAt = clock.wallMs();
      const { body } = await ask("/status", { method: "GET" }, signal);
      return readHttpStatus(body, { askedAt, answeredAt: clock.wallMs() });
    },
    apply: async ({ role }, { epoch, sequence, signal }) => {
      const json = { role, epoch, sequence };
      await ask("/role", { method: "PUT", json }, signal);
    },
    whyNotReached: (observed, { role }) =>
      observed.role === role ? undefined : `is ${observed.role}, not ${role}`,
    // A store that was promoted may have taken writes: making it a standby again would lose them.
    restoring: ({ role }) => (role === "standby" ? undefined : { role }),
  };
}

/** Well below a step's deadline, so that a lost answer is asked for again. */
const CALL_TIMEOUT_MS = 1_000;

function acceptable(answer: HttpAnswer, who: string): HttpAnswer {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return answer;
  const said = `${who} answered ${status}: ${body.slice(0, MAX_QUOTE)}`;
  if (status === 409)
    throw new GreenlightError(isStaleAnswer(body) ? "GL_EPOCH_STALE" : "GL_CONFLICT", said);
  if (status === 401 || status === 403) throw new GreenlightError("GL_FORBIDDEN", said);
  if (status >= 500 || status === 429) throw new GreenlightError("GL_UNREACHABLE", said);
  throw new GreenlightError("GL_REJECTED", said);
}

function isStaleAnswer(body: string): boolean {
  try {
    return z.object({ error: z.literal("stale") }).safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}

const MAX_QUOTE = 200;
