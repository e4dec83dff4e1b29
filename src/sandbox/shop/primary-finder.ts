import { z } from "zod";
import type { CallHttp } from "../../adapters/http/http-call.ts";
import { type Fence, isStale } from "../../domain/fence.ts";
import type { Clock } from "../../engine/ports/clock.ts";

export interface FinderOptions {
  /** Of all stores. */
  readonly urls: readonly string[];
  readonly token: string;
  readonly call: CallHttp;
  readonly clock: Clock;
}

/** Knows which store is primary, by asking all of them; it goes by the answer until told to forget. */
export class PrimaryFinder {
  readonly #options: FinderOptions;
  #current: string | undefined;
  #newest: Fence = { epoch: -1, sequence: 0 };
  #search: Search | undefined;
  #waiting = 0;

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  /** Its url, as soon as there is one. Rejects with the signal's reason. */
  async find(signal: AbortSignal): Promise<string> {
    if (this.#current !== undefined) return this.#current;
    signal.throwIfAborted();
    this.#search ??= this.#begin();
    this.#waiting += 1;
    const { found, stop } = this.#search;
    try {
      return await Promise.race([found, rejection(signal)]);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) stop.abort();
      if (this.#waiting === 0) this.#search = undefined;
    }
  }

  /** It refused, or did not answer: whoever looks next asks again. */
  forget(url: string): void {
    if (this.#current === url) this.#current = undefined;
  }

  #begin(): Search {
    const stop = new AbortController();
    const answers = new Map<string, Answer>();
    const found = new Promise<string>((resolve) => {
      const note = (url: string, answer: Answer) => {
        answers.set(url, answer);
        const primary = this.#choose(answers);
        if (primary === undefined || stop.signal.aborted) return;
        this.#current = primary;
        stop.abort();
        resolve(primary);
      };
      for (const url of this.#options.urls) void this.#poll(url, stop.signal, note);
    });
    return { stop, found };
  }

  async #poll(url: string, stop: AbortSignal, note: (url: string, answer: Answer) => void) {
    while (!stop.aborted) {
      note(url, await this.#ask(url, stop));
      await this.#options.clock.sleep(POLL_MS, stop).catch(() => undefined);
    }
  }

  /**
   * Of those that call themselves primary the one with the newest pair: at once when it is newer
   * than all that was ever seen, else when all were asked. One that hangs must not delay a move.
   */
  #choose(answers: ReadonlyMap<string, Answer>): string | undefined {
    const known = this.#newest;
    let best: { readonly url: string; readonly fence: Fence } | undefined;
    for (const [url, answer] of answers) {
      if (answer === "away") continue;
      if (isStale(this.#newest, answer)) this.#newest = answer;
      if (answer.role === "primary" && (!best || isStale(best.fence, answer)))
        best = { url, fence: answer };
    }
    if (!best) return undefined;
    const isNews = known.epoch >= 0 && isStale(known, best.fence);
    return isNews || answers.size === this.#options.urls.length ? best.url : undefined;
  }

  async #ask(url: string, signal: AbortSignal): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.#options.token}` };
    try {
      const { body } = await this.#options.call(
        { method: "GET", url: `${url}/status`, headers, timeoutMs: ASK_MS },
        signal,
      );
      return statusSchema.parse(JSON.parse(body));
    } catch {
      // Whatever the reason, it is no primary for us now.
      return "away";
    }
  }
}

interface Search {
  readonly stop: AbortController;
  readonly found: Promise<string>;
}

type Answer = z.output<typeof statusSchema> | "away";

const statusSchema = z.object({ role: z.string(), epoch: z.int(), sequence: z.int() });
const ASK_MS = 200;
const POLL_MS = 20;

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
