import { Client } from "undici";
import { networkFailureOf } from "../../adapters/network/network-failure.ts";
import type { Clock } from "../../engine/ports/clock.ts";

export interface HttpTargetOptions {
  readonly clock: Clock;
  readonly origin: string;
  /** What the Host header says. */
  readonly host: string;
  readonly path: string;
  readonly timeoutMs: number;
  readonly localAddress?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** What was odd on the way to it, for people. */
  readonly note?: string;
}

/**
 * One URL, asked in turn over a kept connection and over a fresh one. A kept connection that fails,
 * or is silent for half of the time, is checked by a fresh one at once: the host may be well, and
 * only the connection dead. While the kept one is busy, further questions go over fresh ones.
 */
export class HttpTarget {
  readonly #options: HttpTargetOptions;
  #kept: Client | undefined;
  #busy = false;
  #asked = 0;

  constructor(options: HttpTargetOptions) {
    this.#options = options;
  }

  /** Any answer, the first of both connections. Rejects as the fresh connection did. */
  async ask(signal: AbortSignal): Promise<HttpAnswer> {
    this.#asked += 1;
    if (this.#busy || this.#asked % 2 === 0) return await this.#askFresh(signal);
    this.#busy = true;
    try {
      return await this.#askKept(signal);
    } finally {
      this.#busy = false;
    }
  }

  async close(): Promise<void> {
    await this.#kept?.destroy();
    this.#kept = undefined;
  }

  async #askKept(signal: AbortSignal): Promise<HttpAnswer> {
    const { clock, timeoutMs } = this.#options;
    this.#kept ??= this.#open();
    let answered = false;
    const kept = this.#exchange(this.#kept, signal).then((answer) => {
      answered = true;
      return answer;
    });
    const half = clock.sleep(timeoutMs / 2, signal);
    const first = await Promise.race([kept.catch(failed), half.then(silent, silent)]);
    if ("status" in first) return first;
    try {
      const second = this.#askFresh(signal).then((answer) => ({ ...answer, note: first.note }));
      return await Promise.any([kept, second]);
    } catch (error) {
      throw lastOf(error);
    } finally {
      // A connection that has not answered by now is not asked again.
      if (!answered) await this.close();
    }
  }

  async #askFresh(signal: AbortSignal): Promise<HttpAnswer> {
    const client = this.#open();
    try {
      return await this.#exchange(client, signal);
    } finally {
      await client.destroy();
    }
  }

  #open(): Client {
    const { origin, timeoutMs, localAddress } = this.#options;
    return new Client(origin, {
      connect: { timeout: timeoutMs },
      ...(localAddress !== undefined && { localAddress }),
      // The time of a question is bounded by its signal: undici's timers tick once in half a second.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxResponseSize: MAX_BODY_BYTES,
    });
  }

  async #exchange(client: Client, signal: AbortSignal): Promise<HttpAnswer> {
    const { path, host } = this.#options;
    const headers = { host, "user-agent": "greenlight-probe" };
    const { statusCode, body } = await client.request({ method: "GET", path, headers, signal });
    return { status: statusCode, body: await body.text() };
  }
}

function failed(error: unknown) {
  return { note: `the kept connection failed: ${networkFailureOf(error).detail}` };
}

function silent() {
  return { note: "the kept connection was silent" };
}

/** Of both errors the one of the fresh connection. */
function lastOf(error: unknown): unknown {
  const { errors } = error as Partial<AggregateError>;
  return errors?.at(-1) ?? error;
}

const KEEP_ALIVE_MS = 60_000;
const MAX_BODY_BYTES = 64 * 1024;
