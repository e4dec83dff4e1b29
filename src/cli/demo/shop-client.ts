import { z } from "zod";
import type { SystemClock } from "../../adapters/clock/system-clock.ts";
import type { CallHttp } from "../../adapters/http/http-call.ts";
import type { Answer } from "./answer.ts";
import type { Resolver } from "./resolver.ts";
import type { WorldFile } from "./world-file.ts";

export interface ShopClientOptions {
  readonly number: number;
  readonly shop: WorldFile["shop"];
  readonly resolver: Resolver;
  readonly call: CallHttp;
  readonly clock: SystemClock;
  readonly onAnswer: (answer: Answer) => void;
  /** How long it waits for an answer. */
  readonly timeoutMs?: number;
}

/** One user of the shop: asks its public name in a steady rhythm, and tries nothing twice. */
export class ShopClient {
  readonly #options: ShopClientOptions;
  #asked = 0;

  constructor(options: ShopClientOptions) {
    this.#options = options;
  }

  /** Until the signal aborts, and all questions are answered or given up. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, number, onAnswer } = this.#options;
    const underWay = new Set<Promise<void>>();
    const startMs = clock.monotonicMs() + (number * INTERVAL_MS) / CLIENTS;
    while (!signal.aborted) {
      const waitMs = startMs + this.#asked * INTERVAL_MS - clock.monotonicMs();
      await clock.sleep(Math.max(0, waitMs), signal).catch(() => undefined);
      if (signal.aborted) break;
      this.#asked += 1;
      const asking = this.#ask(this.#asked).then((answer) => {
        underWay.delete(asking);
        onAnswer(answer);
      });
      underWay.add(asking);
    }
    await Promise.all(underWay);
  }

  /** Never rejects. */
  async #ask(count: number): Promise<Answer> {
    const { clock, number } = this.#options;
    const verb = count % WRITE_EVERY === 0 ? "write" : "read";
    const askedAt = clock.wallMs();
    const result = await this.#exchange(verb, `order-${number}-${count}`).catch(() => undefined);
    return { client: number, verb, askedAt, answeredAt: clock.wallMs(), ...result };
  }

  async #exchange(
    verb: Answer["verb"],
    id: string,
  ): Promise<Pick<Answer, "cluster" | "write"> | undefined> {
    const { shop, resolver, call, timeoutMs = TIMEOUT_MS } = this.#options;
    const never = new AbortController().signal;
    const address = await resolver.resolve(never);
    const about = {
      headers: { host: `${shop.name}:${shop.port}` },
      timeoutMs,
    };
    const url = `http://${address}:${shop.port}`;
    const { status, body } = await (verb === "read"
      ? call({ ...about, method: "GET", url: `${url}/` }, never)
      : call({ ...about, method: "POST", url: `${url}/orders`, json: { id } }, never));
    if (status !== 200) return undefined;
    const { cluster, ...said } = (verb === "read" ? pageSchema : orderSchema).parse(
      JSON.parse(body),
    );
    if (shop[cluster] !== address) return undefined;
    if (!("id" in said)) return { cluster };
    return said.id === id ? { cluster, write: said } : undefined;
  }
}

const cluster = z.enum(["blue", "green"]);
const pageSchema = z.object({ application: z.literal("shop"), cluster });
const orderSchema = z.object({ id: z.string(), position: z.int().positive(), cluster });

/** How many there are; together they ask 50 times a second. */
export const CLIENTS = 5;
const INTERVAL_MS = 100;
const WRITE_EVERY = 5;
const TIMEOUT_MS = 500;
