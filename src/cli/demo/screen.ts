import type { SystemClock } from "../../adapters/clock/system-clock.ts";
import { wrap } from "../render/text-block.ts";
import type { Entry } from "./chronicle.ts";
import { renderEntry, renderEntryJson } from "./timeline.ts";

export interface ScreenOptions {
  readonly out: (text: string) => Promise<void>;
  readonly clock: SystemClock;
  readonly json: boolean;
}

/**
 * Prints what happens as it happens. News comes from several sides, some of it late, so each entry
 * waits a moment for those that were before it.
 */
export class Screen {
  readonly #options: ScreenOptions;
  readonly #waiting: Entry[] = [];
  #faultAt: number | undefined;
  #from = Number.NEGATIVE_INFINITY;

  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  get isJson(): boolean {
    return this.#options.json;
  }

  /** What belongs to no instant. */
  async note(text: string): Promise<void> {
    const line = this.isJson ? JSON.stringify({ type: "note", text }) : wrap("", text).join("\n");
    await this.#options.out(`${line}\n`);
  }

  /** Where another part begins. */
  async heading(name: string, title: string): Promise<void> {
    const lines = wrap(`== ${name}: `, title).join("\n");
    const text = this.isJson ? JSON.stringify({ type: "scene", name, title }) : `\n${lines}`;
    await this.#options.out(`${text}\n`);
  }

  /** All that was told so far is printed. */
  async settled(): Promise<void> {
    await this.#print(Number.POSITIVE_INFINITY);
  }

  /** A whole text, for people only. */
  async block(text: string): Promise<void> {
    if (!this.isJson) await this.#options.out(text);
  }

  async object(value: object): Promise<void> {
    if (this.isJson) await this.#options.out(`${JSON.stringify(value)}\n`);
  }

  /**
   * Time counts from here; what came before is told after it. Where it counted before, what came before
   * belongs to another part, and is told no more.
   */
  start(faultAt: number): void {
    if (this.#faultAt !== undefined) this.#from = faultAt;
    this.#faultAt = faultAt;
  }

  tell(...entries: readonly Entry[]): void {
    this.#waiting.push(...entries);
  }

  /** Prints what waits, in order, until the signal aborts; then all that is left. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await this.#print(clock.wallMs() - SETTLE_MS);
      await clock.sleep(POLL_MS, signal).catch(() => undefined);
    }
    await this.#print(Number.POSITIVE_INFINITY);
  }

  async #print(until: number): Promise<void> {
    if (this.#faultAt === undefined) return;
    this.#waiting.sort((one, other) => one.at - other.at);
    const render = this.isJson ? renderEntryJson : renderEntry;
    while (this.#waiting[0] && this.#waiting[0].at <= until) {
      const [entry] = this.#waiting.splice(0, 1);
      if (entry && entry.at >= this.#from) await this.#options.out(render(entry, this.#faultAt));
    }
  }
}

const SETTLE_MS = 150;
const POLL_MS = 40;
