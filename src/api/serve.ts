import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import type { Request, Response } from "express";
import { z } from "zod";
import type { Log } from "../adapters/log/log.ts";
import type { Metrics } from "../adapters/metrics/metrics.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Control } from "../runtime/control.ts";
import type { Caller, TokenLine } from "../runtime/token.ts";
import { invalid, named, problemOf } from "./problem.ts";
import type { Answer, Call, Route } from "./route.ts";
import { parseStrictJson } from "./strict-json.ts";

export interface ApiTools {
  /** What it answers from; until there is one, why there is none yet. */
  readonly control: () => Control | string;
  readonly tokens: readonly TokenLine[];
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Aborts when the server is to stop: whoever waits for news is answered. */
  readonly signal: AbortSignal;
}

export interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly tools: ApiTools;
}

/** Answers a request whose caller is known and allowed. */
export async function serve(route: Route, exchange: Exchange): Promise<void> {
  const { request, response, tools } = exchange;
  const { clock, metrics, log } = tools;
  const askedAt = clock.monotonicMs();
  response.once("close", () => {
    const seconds = (clock.monotonicMs() - askedAt) / 1000;
    metrics.answered(route.path, response.statusCode, seconds);
    const { method, path } = request;
    log.debug({ method, path, status: response.statusCode, seconds }, "answered");
  });
  const signal = untilClosed(response, tools.signal);
  await send(await route.answer(callOf(route, exchange, signal)), { response, signal });
}

/** Says why not, in problem+json. */
export function refuse(error: unknown, { request, response, tools }: Exchange): void {
  const problem = problemOf(named(error));
  const { method, path, ip } = request;
  if (problem.code === "GL_BUG") tools.log.error({ err: error, method, path }, "the API failed");
  else tools.log.info({ method, path, ip, code: problem.code, detail: problem.detail }, "refused");
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (problem.status === 401) response.set("www-authenticate", 'Bearer realm="greenlight"');
  response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

/** Aborts when the client hangs up or the server stops, and leaves nothing behind at the server's. */
function untilClosed(response: Response, server: AbortSignal): AbortSignal {
  const closed = new AbortController();
  const stop = () => closed.abort(server.reason);
  server.addEventListener("abort", stop, { once: true });
  response.once("close", () => {
    server.removeEventListener("abort", stop);
    closed.abort(new GreenlightError("GL_UNREACHABLE", "the client hung up"));
  });
  if (server.aborted) stop();
  return closed.signal;
}

function callOf(route: Route, { request, response, tools }: Exchange, signal: AbortSignal): Call {
  const { control: current, metrics } = tools;
  return {
    get control() {
      const control = current();
      if (typeof control === "string") throw new GreenlightError("GL_STORAGE_AWAY", control);
      return control;
    },
    whyNotReady: async () => {
      const control = current();
      return typeof control === "string" ? control : await control.whyNotReady();
    },
    metrics,
    signal,
    caller: response.locals["caller"] as Caller,
    params: paramsOf(request),
    body: route.method === "post" ? bodyOf(route, request) : undefined,
    query: checked("query", route.query, { ...request.query }),
    header: (name) => request.header(name),
  };
}

function paramsOf({ params }: Request): Readonly<Record<string, string>> {
  const found = Object.entries(params).map(([name, value]) => [name, String(value)] as const);
  if (found.some(([, value]) => !/^[A-Za-z0-9._-]{1,64}$/.test(value)))
    throw new GreenlightError("GL_UNKNOWN", "a name of letters, digits, dots and dashes is wanted");
  return Object.fromEntries(found);
}

function bodyOf(route: Route, request: Request): unknown {
  const text = typeof request.body === "string" ? request.body : "";
  if (text === "") return checked("body", route.body, {});
  if (!/^application\/json(;\s*charset="?utf-8"?)?$/i.test(request.header("content-type") ?? ""))
    throw new GreenlightError("GL_MEDIA_TYPE", "send Content-Type: application/json");
  return checked("body", route.body, parseStrictJson(text));
}

function checked(part: "body" | "query", schema: z.ZodType | undefined, input: unknown): unknown {
  const parsed = (schema ?? NOTHING).safeParse(input);
  if (!parsed.success) throw invalid(part, parsed.error, input);
  return parsed.data;
}

const NOTHING = z.strictObject({});

async function send(
  answer: Answer,
  { response, signal }: { readonly response: Response; readonly signal: AbortSignal },
): Promise<void> {
  if ("empty" in answer) {
    response.status(204).end();
  } else if ("json" in answer) {
    response.status(answer.status ?? 200).json(answer.json);
  } else {
    response.type(answer.type);
    if ("text" in answer) {
      if (answer.policy !== undefined) response.set("content-security-policy", answer.policy);
      response.send(answer.text);
    } else await flow(answer.lines, { response, signal });
  }
}

/**
 * Asks for a line when the one before is on its way, so that a slow reader costs a line and no more;
 * one that takes nothing at all is let go.
 */
async function flow(
  lines: AsyncIterable<string>,
  { response, signal }: { readonly response: Response; readonly signal: AbortSignal },
): Promise<void> {
  response.set("connection", "close");
  response.setTimeout(STALLED_MS);
  try {
    await pass(Readable.from(lines, { highWaterMark: 1 }), response);
  } catch (error) {
    // Who hangs up has had enough, and a server that stops ends what is on its way.
    if (!signal.aborted) throw error;
  }
}

const pass = promisify(pipeline);
const STALLED_MS = 60_000;
