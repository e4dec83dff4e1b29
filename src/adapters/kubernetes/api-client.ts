import { codeOf } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { bounded } from "../clock/bound.ts";
import type { Access, Credential } from "./access.ts";
import { asApiFailure, asUnreachable } from "./api-failure.ts";
import { ConnectionPool } from "./connection-pool.ts";

export interface ApiClientOptions {
  readonly clock: Clock;
  /** Bounds each request, from the connection to the last byte. */
  readonly timeoutMs: number;
  /** Where connections come from; by default the system chooses. */
  readonly localAddress?: string;
}

/** A query has no order and no repetition here. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A merge patch, or a whole object. */
  readonly body?: Json;
  /** Of the body, where it is neither. */
  readonly mediaType?: string;
}

/** Plain requests to one API server over kept connections. */
export class ApiClient {
  readonly clock: Clock;
  readonly #access: Access;
  readonly #timeoutMs: number;
  readonly #pool: ConnectionPool;
  readonly #prefix: string;

  constructor(access: Access, { clock, timeoutMs, localAddress }: ApiClientOptions) {
    this.clock = clock;
    this.#access = access;
    this.#timeoutMs = timeoutMs;
    this.#prefix = new URL(access.server).pathname.replace(/\/+$/, "");
    this.#pool = new ConnectionPool(access, { timeoutMs, ...(localAddress && { localAddress }) });
  }

  /** The object of a 2xx answer. Rejects with the code of the failure, or the signal's reason. */
  async json(request: ApiRequest, signal: AbortSignal): Promise<Json> {
    const { status, body } = await this.text(request, signal);
    if (status < 200 || status > 299) throw asApiFailure(status, body);
    try {
      return JSON.parse(body) as Json;
    } catch (error) {
      throw asUnreachable(error);
    }
  }

  /** Any answer. Rejects with GL_UNREACHABLE when there is none, or with the signal's reason. */
  async text(
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly body: string }> {
    const options = { clock: this.clock, timeoutMs: this.#timeoutMs, signal };
    try {
      return await bounded(options, async (inTime) => {
        const { statusCode, body } = await this.#send(request, inTime);
        let whole = "";
        for await (const part of decoded(body)) {
          whole += part;
          if (whole.length > MAX_LENGTH) throw new Error(`more than ${MAX_LENGTH} characters`);
        }
        return { status: statusCode, body: whole };
      });
    } catch (error) {
      signal.throwIfAborted();
      throw codeOf(error) === undefined ? asUnreachable(error) : error;
    }
  }

  /** The lines of a 2xx answer that goes on, until it ends or the signal aborts. */
  async *lines(request: ApiRequest, signal: AbortSignal): AsyncGenerator<string, void> {
    try {
      const { statusCode, body } = await this.#send(request, signal);
      let rest = "";
      for await (const part of decoded(body)) {
        const lines = (rest + part).split("\n");
        rest = lines.pop() ?? "";
        if (rest.length > MAX_LENGTH) throw new Error(`a line of more than ${MAX_LENGTH}`);
        if (statusCode > 299) throw asApiFailure(statusCode, rest);
        yield* lines;
      }
      if (statusCode > 299) throw asApiFailure(statusCode, rest);
    } catch (error) {
      throw codeOf(error) === undefined ? asUnreachable(error) : error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #send(request: ApiRequest, signal: AbortSignal) {
    const { method, path, query, body } = request;
    const { credentials } = this.#access;
    const credential = credentials?.current() ?? (await this.#own());
    const { token } = credential;
    const answer = await this.#pool.for(credential).request({
      method,
      path: this.#prefix + path,
      signal,
      ...(query && { query }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: {
        accept: "application/json",
        "user-agent": "greenlight",
        ...(body !== undefined && { "content-type": mediaTypeOf(request) }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    });
    const ended = answer.statusCode === 401 ? credentials?.refused(credential) : undefined;
    if (ended === undefined) return answer;
    await answer.body.dump({ limit: MAX_LENGTH, signal });
    throw ended;
  }

  async #own(): Promise<Credential> {
    const token = await this.#access.token();
    return token === undefined ? {} : { token };
  }
}

function mediaTypeOf({ method, mediaType }: ApiRequest): string {
  return mediaType ?? (method === "PATCH" ? "application/merge-patch+json" : "application/json");
}

async function* decoded(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  for await (const bytes of body) yield decoder.decode(bytes, { stream: true });
}

/** An object has at most 1.5 MB in etcd. */
const MAX_LENGTH = 4_000_000;
