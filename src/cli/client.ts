import { Agent, type Dispatcher } from "undici";
import { bounded } from "../adapters/clock/bound.ts";
import { networkFailureOf } from "../adapters/network/network-failure.ts";
import { problemSchema } from "../api/problem.ts";
import { codeOf, ERRORS, type ErrorCode, GreenlightError } from "../domain/errors.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { streamEvents } from "./event-source.ts";

/**
 * The API of a running Greenlight. Rejects with the error that it answered, by its code, or with
 * GL_UNREACHABLE when there is no answer.
 */
export interface Client {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<T>;
  /** A whole text, of whatever size. */
  text(path: string): Promise<string>;
  /** The `data` of each server-sent event, until the server ends it, or nothing came for too long. */
  events(path: string): AsyncIterable<string>;
}

export interface Access {
  readonly url: string;
  readonly token?: string;
}

/** Rejects with GL_USAGE when the URL is none, GL_NO_TOKEN when there is no token. */
export function createClient({ url, token }: Access, clock: Clock): Client {
  const base = whole(url);
  if (token === undefined)
    throw new GreenlightError(
      "GL_NO_TOKEN",
      "set GREENLIGHT_TOKEN (see `greenlight token create`)",
    );
  const authorization = `Bearer ${token}`;
  const call = async (path: string, options: Partial<Dispatcher.RequestOptions>) => {
    // One for each call: nothing keeps the process alive when it is done.
    const agent = new Agent({ connect: { timeout: TIMEOUT_MS } });
    const { signal } = new AbortController();
    try {
      return await bounded({ clock, timeoutMs: TIMEOUT_MS, signal }, (inTime) =>
        exchange(
          agent,
          { origin: base.origin, path: base.path + path, method: "GET", ...options },
          inTime,
        ),
      );
    } catch (error) {
      if (codeOf(error) !== undefined) throw error;
      throw new GreenlightError(
        "GL_UNREACHABLE",
        `${url}: ${networkFailureOf(error).detail}`,
        error,
      );
    } finally {
      await agent.destroy();
    }
  };
  return {
    get: async (path) => JSON.parse(await call(path, { headers: { authorization } })),
    post: async (path, body = {}, headers = {}) => {
      const sent = { ...headers, authorization, "content-type": "application/json" };
      return JSON.parse(
        await call(path, { method: "POST", headers: sent, body: JSON.stringify(body) }),
      );
    },
    text: (path) => call(path, { headers: { authorization } }),
    events: (path) => streamEvents(base, path, { authorization, refusalOf }),
  };
}

const TIMEOUT_MS = 30_000;

async function exchange(
  agent: Agent,
  options: Dispatcher.RequestOptions,
  signal: AbortSignal,
): Promise<string> {
  const { statusCode, body } = await agent.request({ ...options, signal });
  const text = await body.text();
  if (statusCode < 400) return text;
  throw refusalOf(statusCode, text);
}

/** The error as it was on the other side, as far as we know its code. */
function refusalOf(status: number, text: string): GreenlightError {
  const problem = problemSchema.safeParse(parse(text)).data;
  if (!problem) {
    const code = status >= 500 ? "GL_UNREACHABLE" : "GL_REJECTED";
    return new GreenlightError(code, `status ${status}, and no problem that we can read`);
  }
  const { code, title, detail } = problem;
  return isKnown(code)
    ? new GreenlightError(code, detail)
    : new GreenlightError("GL_REJECTED", `${code}: ${title}: ${detail}`);
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whole(url: string): { readonly origin: string; readonly path: string } {
  if (URL.canParse(url)) {
    const { protocol, origin, pathname } = new URL(url);
    if (protocol === "http:" || protocol === "https:")
      return { origin, path: pathname.replace(/\/$/, "") };
  }
  throw new GreenlightError("GL_USAGE", "GREENLIGHT_URL must be like http://127.0.0.1:8460");
}
