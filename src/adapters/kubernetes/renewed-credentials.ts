import { detailOf, GreenlightError } from "../../domain/errors.ts";
import { Bell } from "../../engine/bell.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Credential, Credentials } from "./access.ts";
import type { Issued } from "./exec-credential.ts";

export interface RenewTools {
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told of each time that none could be had. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Asks for a credential at once, and again ahead of its end, until the signal aborts. A failure is
 * tried again with growing pauses, and the old one is used as long as it is good.
 */
export function renewCredentials(
  ask: (signal: AbortSignal) => Promise<Issued>,
  tools: RenewTools,
): Credentials {
  const renewed = new RenewedCredentials(ask, tools);
  void renewed.run();
  return renewed;
}

class RenewedCredentials implements Credentials {
  readonly #ask: (signal: AbortSignal) => Promise<Issued>;
  readonly #tools: RenewTools;
  readonly #bell = new Bell();
  #held: Held | undefined;
  /** Refused, and asked for anew because of that: once is enough. */
  #doubted: Credential | undefined;
  /** Why the latest try gave none. */
  #trouble: unknown = new Error("it has not answered yet");

  constructor(ask: (signal: AbortSignal) => Promise<Issued>, tools: RenewTools) {
    this.#ask = ask;
    this.#tools = tools;
  }

  current(): Credential {
    const held = this.#held;
    // Whether our clock or the issuer's is right, the server says. Not where no new one can be had.
    const isGood = held && (this.#trouble === undefined || held.endMs > this.#nowMs());
    if (isGood) return held.credential;
    throw this.#lacking(held ? "it has ended" : "there is none");
  }

  refused(credential: Credential): Error | undefined {
    const held = this.#held;
    const isLatest = held?.credential === credential;
    if (isLatest && this.#nowMs() - held.sinceMs < YOUNG_MS) return undefined;
    if (isLatest && this.#doubted !== credential) this.#bell.ring();
    this.#doubted = credential;
    return this.#lacking("the API server answered 401");
  }

  /** Never rejects. */
  async run(): Promise<void> {
    const { clock, signal } = this.#tools;
    for (let failed = 0; !signal.aborted; ) {
      try {
        const waitMs = await this.#renew();
        failed = 0;
        await this.#bell.wait(waitMs, { clock, signal });
      } catch (error) {
        if (signal.aborted) return;
        this.#trouble = error;
        this.#tools.onTrouble(error);
        const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failed, LAST_PAUSE_MS);
        failed += 1;
        await clock.sleep(pauseMs, signal).catch(() => undefined);
      }
    }
  }

  /** For how long it is then left alone. */
  async #renew(): Promise<number> {
    const { clock, signal } = this.#tools;
    const { credential, endsAt } = await this.#ask(signal);
    const lifeMs = endsAt === undefined ? Number.POSITIVE_INFINITY : endsAt - clock.wallMs();
    const sinceMs = this.#nowMs();
    this.#held = { credential, sinceMs, endMs: sinceMs + lifeMs };
    this.#trouble = undefined;
    const aheadMs = Math.min(lifeMs / 4, MOST_AHEAD_MS);
    return Math.min(Math.max(lifeMs - aheadMs, LEAST_MS), MOST_MS);
  }

  #lacking(why: string): GreenlightError {
    const last = this.#trouble === undefined ? "" : `: ${detailOf(this.#trouble)}`;
    return new GreenlightError("GL_CREDENTIAL", `${why}${last}`, this.#trouble);
  }

  #nowMs(): number {
    return this.#tools.clock.monotonicMs();
  }
}

interface Held {
  readonly credential: Credential;
  /** Monotonic, as `endMs`. */
  readonly sinceMs: number;
  readonly endMs: number;
}

/** One that was made just now has not ended: whoever refuses it would refuse the next, too. */
const YOUNG_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 30_000;
/** Ahead of its end: enough for ten tries. */
const MOST_AHEAD_MS = 5 * 60_000;
/** Between two that were given, however short-lived they are, and however long. */
const LEAST_MS = 1_000;
const MOST_MS = 24 * 60 * 60_000;
