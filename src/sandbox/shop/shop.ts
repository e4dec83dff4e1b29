import type { RequestListener } from "node:http";
import { z } from "zod";
import { bounded } from "../../adapters/clock/bound.ts";
import type { CallHttp } from "../../adapters/http/http-call.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { goneOf, type Reply, sendReply, withBody } from "../json-http.ts";
import { PrimaryFinder } from "./primary-finder.ts";

export interface ShopOptions {
  readonly cluster: string;
  /** Of all stores: it writes to whichever is primary. */
  readonly storeUrls: readonly string[];
  readonly storeToken: string;
  readonly call: CallHttp;
  readonly clock: Clock;
}

/**
 * The demo shop of one cluster. An order is acknowledged once the primary store has it; while none
 * is primary it waits for at most `MAX_QUEUED_MS`.
 */
export class Shop {
  readonly #options: ShopOptions;
  #finder: PrimaryFinder;

  constructor(options: ShopOptions) {
    this.#options = options;
    this.#finder = createFinder(options);
  }

  /** As its pods do when they start: they know nothing, and ask before the first order comes. */
  start(): void {
    const { clock } = this.#options;
    const finder = createFinder(this.#options);
    this.#finder = finder;
    const signal = new AbortController().signal;
    const first = bounded({ clock, timeoutMs: MAX_QUEUED_MS, signal }, (bound) =>
      finder.find(bound),
    );
    first.catch(() => undefined);
  }

  readonly handler: RequestListener = (request, response) => {
    const { cluster } = this.#options;
    const reply = (status: number, json: unknown) =>
      sendReply(response, Promise.resolve({ status, json }));
    switch (`${request.method} ${request.url}`) {
      case "GET /healthz":
        response.writeHead(200, { "content-type": "text/plain", "x-version": VERSION }).end("ok\n");
        return;
      case "GET /":
        return reply(200, { application: "shop", cluster, version: VERSION });
      case "POST /orders": {
        const order = { ...this.#options, finder: this.#finder, signal: goneOf(response) };
        const taken = withBody(request, orderSchema, ({ id }) => take(id, order));
        return sendReply(response, taken);
      }
      default:
        return reply(404, { error: "not found" });
    }
  };
}

function createFinder({ storeUrls: urls, storeToken: token, call, clock }: ShopOptions) {
  return new PrimaryFinder({ urls, token, call, clock });
}

interface Order extends ShopOptions {
  readonly finder: PrimaryFinder;
  /** Aborts when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

async function take(id: string, order: Order): Promise<Reply> {
  const { clock, signal, cluster } = order;
  try {
    const position = await bounded({ clock, timeoutMs: MAX_QUEUED_MS, signal }, (bound) =>
      write(id, { ...order, signal: bound }),
    );
    return { status: 200, json: { id, position, cluster } };
  } catch {
    return { status: 503, json: { error: "no store takes it", cluster } };
  }
}

/** Its position. Written twice it is one: the store goes by the id. */
async function write(id: string, { finder, call, clock, signal }: Order): Promise<number> {
  for (;;) {
    const url = await finder.find(signal);
    try {
      const order = { method: "POST", url: `${url}/entries`, json: { id } } as const;
      const { status, body } = await call({ ...order, timeoutMs: WRITE_MS }, signal);
      if (status === 200) return writtenSchema.parse(JSON.parse(body)).position;
    } catch {
      signal.throwIfAborted();
    }
    finder.forget(url);
    await clock.sleep(PAUSE_MS, signal);
  }
}

const orderSchema = z.strictObject({ id: z.string().min(1).max(100) });
const writtenSchema = z.object({ position: z.int().positive() });

/** As in the image that its Deployment names. */
const VERSION = "1.0";
const MAX_QUEUED_MS = 2_000;
const WRITE_MS = 500;
const PAUSE_MS = 20;
