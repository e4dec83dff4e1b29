import type { Dispatcher } from "undici";
import { codeOf, GreenlightError } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { bounded } from "../clock/bound.ts";
import { networkFailureOf } from "../network/network-failure.ts";

/** One request. The URL is whole; redirects are answers like others and are not followed. */
export interface HttpCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** For the whole of it, from the connection to the last byte of the answer. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** At most `MAX_BODY_BYTES`. */
  readonly body: string;
}

/**
 * Rejects with GL_UNREACHABLE when there is no whole answer: the detail names the system's code
 * (ECONNREFUSED, ECONNRESET, ETIMEDOUT). Any status is an answer. Rejects with the signal's
 * reason as soon as it aborts.
 */
export type CallHttp = (call: HttpCall, signal: AbortSignal) => Promise<HttpAnswer>;

/** What an answer may weigh. More of it is no answer that we know. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Calls over the dispatcher's connections; who made the dispatcher closes it. */
export function createCallHttp(dispatcher: Dispatcher, clock: Clock): CallHttp {
  return async (call, signal) => {
    const { timeoutMs } = call;
    try {
      return await bounded({ clock, timeoutMs, signal }, (bound) =>
        exchange(dispatcher, call, bound),
      );
    } catch (error) {
      signal.throwIfAborted();
      throw codeOf(error) ? error : unreachable(call, networkFailureOf(error).detail, error);
    }
  };
}

async function exchange(dispatcher: Dispatcher, call: HttpCall, signal: AbortSignal) {
  const { origin, pathname, search } = new URL(call.url);
  const isJson = call.json !== undefined;
  const { statusCode, body } = await dispatcher.request({
    origin,
    path: pathname + search,
    method: call.method,
    headers: { ...(isJson && { "content-type": "application/json" }), ...call.headers },
    body: isJson ? JSON.stringify(call.json) : null,
    signal,
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (bytes > MAX_BODY_BYTES) throw unreachable(call, `more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return { status: statusCode, body: Buffer.concat(chunks).toString("utf8") };
}

function unreachable({ method, url }: HttpCall, why: string, cause?: unknown) {
  return new GreenlightError("GL_UNREACHABLE", `${method} ${url}: ${why}`, cause);
}
