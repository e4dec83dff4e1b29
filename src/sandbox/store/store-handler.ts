import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { z } from "zod";
import type { Clock } from "../../engine/ports/clock.ts";
import { goneOf, type Reply, sendReply, withBody } from "../json-http.ts";
import type { Store } from "./store.ts";

export interface StoreServer {
  readonly store: Store;
  readonly clock: Clock;
  /** What operators and the other store must send to read the status and to change the role. */
  readonly token: string;
}

/** The store over HTTP: the contract of runbooks/data-http.md, and what the shop needs. */
export function createStoreHandler(server: StoreServer): RequestListener {
  return (request, response) => sendReply(response, route({ ...server, request, response }));
}

interface Asked extends StoreServer {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function route(asked: Asked): Promise<Reply> {
  const { request, store } = asked;
  const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://store");
  switch (`${request.method} ${pathname}`) {
    case "POST /entries":
      return await withBody(request, entrySchema, ({ id }) => write(store, id));
    case "GET /entries":
      return listOrders(store, query);
    case "GET /healthz":
      return { status: 200, json: { ok: true } };
    case "GET /discarded":
      return { status: 200, json: { entries: store.discarded } };
    case "GET /status":
      return whyNotPermitted(asked) ?? { status: 200, json: renderStatus(asked) };
    case "PUT /role":
      return (
        whyNotPermitted(asked) ??
        (await withBody(request, roleSchema, ({ role, ...fence }) =>
          answerRole(asked, store.setRole(role, fence)),
        ))
      );
    case "GET /replication":
      return whyNotPermitted(asked) ?? (await servePage(asked, query));
    default:
      return { status: 404, json: { error: "no such route" } };
  }
}

const entrySchema = z.strictObject({ id: z.string().min(1).max(100) });

const roleSchema = z.strictObject({
  role: z.enum(["primary", "standby", "fenced"]),
  epoch: z.int().nonnegative(),
  sequence: z.int().nonnegative(),
});

function write(store: Store, id: string): Reply {
  const entry = store.write(id);
  if (entry) return { status: 200, json: entry };
  return { status: 409, json: { error: "not-primary", role: store.role } };
}

function listOrders({ log }: Store, query: URLSearchParams): Reply {
  const page = log.after(count(query, "after"), { limit: MAX_PAGE });
  const entries = page.filter(({ kind }) => kind === "order");
  const next = page.at(-1)?.position ?? log.position;
  return { status: 200, json: { entries, next, position: log.position } };
}

async function servePage({ store, clock, response }: Asked, query: URLSearchParams) {
  const entries = await store.log.untilAfter(count(query, "after"), {
    limit: MAX_PAGE,
    lagMs: count(query, "lagMs"),
    waitMs: Math.min(count(query, "waitMs"), MAX_WAIT_MS),
    signal: goneOf(response),
  });
  const isPrimary = store.role === "primary";
  const json = { isPrimary, position: store.log.position, entries, now: clock.wallMs() };
  return { status: 200, json };
}

function answerRole(asked: Asked, change: ReturnType<Store["setRole"]>): Reply {
  if (change === "done") return { status: 200, json: renderStatus(asked) };
  if (change === "stale") return { status: 409, json: { error: "stale", ...asked.store.fence } };
  return { status: 503, json: { error: "not-ready", detail: "its copy is not whole yet" } };
}

function renderStatus({ store, clock }: StoreServer) {
  const { role, fence, log, link } = store;
  return {
    engine: "sandbox",
    role,
    ...fence,
    position: log.position,
    writes: log.writes,
    heartbeatAt: log.heartbeatAt,
    linkUp: link?.isUp ?? null,
    contactAt: link?.contactAt ?? null,
    lagMs: link?.lagMs ?? null,
    now: clock.wallMs(),
  };
}

function whyNotPermitted({ request, token }: Asked): Reply | undefined {
  if (request.headers.authorization === `Bearer ${token}`) return undefined;
  return { status: 401, json: { error: "unauthorized" } };
}

/** A whole number of the query; 0 where there is none. */
function count(query: URLSearchParams, name: string): number {
  const value = Number(query.get(name) ?? 0);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** Fits into what a client takes of one answer. */
const MAX_PAGE = 300;
const MAX_WAIT_MS = 5_000;
