import { isRetryable, reasonOf } from "../domain/errors.ts";
import { abandonable } from "./deadline.ts";
import type { Chance } from "./ports/chance.ts";
import type { Clock } from "./ports/clock.ts";
import { type Message, type Notifier, retryAfterOf } from "./ports/notifier.ts";

export interface OutboxTools {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Aborts when the process is told to stop: what waits then is not told by it. */
  readonly signal: AbortSignal;
  /** What became of each message; without a reason it was taken. */
  readonly onDone: (message: Message, whyNot?: string) => void;
}

interface Waiting {
  readonly message: Message;
  readonly giveUpAt: number;
}

/**
 * What waits to be told through one notifier: in order for each application, and what one
 * application has to say does not wait for another's. Bounded in number, tries and time.
 */
export class Outbox {
  readonly #notifier: Notifier;
  readonly #tools: OutboxTools;
  /** By application: those that wait, the first of them being sent. */
  readonly #lines = new Map<string, Waiting[]>();

  constructor(notifier: Notifier, tools: OutboxTools) {
    this.#notifier = notifier;
    this.#tools = tools;
  }

  /** Returns at once. */
  put(message: Message): void {
    const { clock } = this.#tools;
    const waiting = { message, giveUpAt: clock.monotonicMs() + GIVE_UP_MS };
    const line = this.#lines.get(message.application);
    if (line) {
      line.push(waiting);
      if (line.length > MAX_WAITING) this.#drop(line);
    } else {
      const fresh = [waiting];
      this.#lines.set(message.application, fresh);
      void this.#sendAll(message.application, fresh);
    }
  }

  /** Is there nothing that waits? */
  get isIdle(): boolean {
    return this.#lines.size === 0;
  }

  /** The oldest of the least urgent ones, but not the one that is being sent. */
  #drop(line: Waiting[]): void {
    const late = line.slice(1);
    const least = ["info", "warning", "page"].find((one) =>
      late.some(({ message }) => message.severity === one),
    );
    const at = 1 + late.findIndex(({ message }) => message.severity === least);
    for (const { message } of line.splice(at, 1))
      this.#tools.onDone(message, `more than ${MAX_WAITING} wait`);
  }

  /** Until the line is empty, or the process is told to stop: then the line stays. */
  async #sendAll(application: string, line: Waiting[]): Promise<void> {
    for (let first = line[0]; first !== undefined; first = line[0]) {
      const whyNot = await this.#send(first).catch(reasonOf);
      if (this.#tools.signal.aborted) return;
      line.shift();
      this.#tools.onDone(first.message, whyNot);
    }
    this.#lines.delete(application);
  }

  /** Why it was not taken, in all its tries. Rejects when the process is told to stop. */
  async #send({ message, giveUpAt }: Waiting): Promise<string | undefined> {
    const { clock, signal } = this.#tools;
    for (let tried = 1; ; tried += 1) {
      try {
        const bound = AbortSignal.any([signal, clock.timeout(SEND_MS)]);
        await abandonable((inTime) => this.#notifier.send(message, inTime), bound);
        return undefined;
      } catch (error) {
        signal.throwIfAborted();
        const delayMs = Math.max(this.#backOff(tried), retryAfterOf(error) ?? 0);
        const isOver = tried === MAX_TRIES || clock.monotonicMs() + delayMs > giveUpAt;
        if (!isRetryable(error) || isOver) return `${reasonOf(error)} (tried ${tried} times)`;
        await clock.sleep(delayMs, signal);
      }
    }
  }

  /** Twice as long each time; by chance up to half less, so that many don't come back at once. */
  #backOff(tried: number): number {
    const ms = Math.min(FIRST_MS * 2 ** (tried - 1), LONGEST_MS);
    return ms * (1 - this.#tools.chance.fraction() / 2);
  }
}

/** Of one application, for one notifier. */
const MAX_WAITING = 200;
const SEND_MS = 10_000;
const FIRST_MS = 500;
const LONGEST_MS = 60_000;
const MAX_TRIES = 15;
/** Since it was handed in: later it is no help to anyone. */
const GIVE_UP_MS = 900_000;
