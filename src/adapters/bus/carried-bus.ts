import { detailOf, GreenlightError } from "../../domain/errors.ts";
import type { Bus, Signal } from "../../engine/ports/bus.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Carrier, Reception } from "./carrier.ts";
import { HeardNumbers } from "./heard-numbers.ts";
import type { TextSeal } from "./sealed-text.ts";
import { readSignal, type Sent, writeSignal } from "./signal-text.ts";

export interface BusTools {
  readonly clock: Pick<Clock, "wallMs">;
  /** Of this process, and of no other: at most 200 characters. */
  readonly sender: string;
  readonly seal: TextSeal;
  /** What did not go out, or made no sense coming in: to be logged, not with every signal. */
  readonly onError: (error: Error) => void;
  /** What nobody with the key sent, or not just now. As often as somebody likes. */
  readonly onRefused: (why: string) => void;
}

/**
 * Carries signals within this process at once, and to others by a carrier, whose ways are open to
 * others, too: what travels is sealed, and what comes is heard once, and soon after it was sent.
 */
export class CarriedBus implements Bus {
  readonly #carrier: Carrier;
  readonly #tools: BusTools;
  readonly #listeners = new Set<(signal: Signal) => void>();
  readonly #heard = new HeardNumbers();
  readonly #deafen: () => void;
  #sent = 0;
  #isClosed = false;

  constructor(carrier: Carrier, tools: BusTools) {
    this.#carrier = carrier;
    this.#tools = tools;
    this.#deafen = carrier.receive((text) => this.#take(text));
  }

  publish(signal: Signal): void {
    if (this.#isClosed) return;
    this.#sent += 1;
    const { sender, clock, seal } = this.#tools;
    const sent = { sender, number: this.#sent, at: clock.wallMs(), signal };
    const text = seal.seal(writeSignal(sent));
    this.#tell(signal);
    if (text === undefined) this.#complain("a signal is too large to be sent");
    else this.#send(text);
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#deafen();
    this.#listeners.clear();
    await this.#carrier.close();
  }

  #send(text: string): void {
    this.#carrier.send(text).catch((error: unknown) => this.#complain(detailOf(error), error));
  }

  #take(text: string): Reception {
    const opened = this.#tools.seal.open(text);
    if ("whyForged" in opened) return this.#refuse(opened.whyForged);
    const sent = readSignal(opened.text);
    if (sent === undefined) {
      this.#complain("what came is no signal");
      return "known";
    }
    // It may have come on two ways, or back to us. Who sends again what he overheard does no more.
    if (sent.sender === this.#tools.sender || this.#heard.has(sent)) return "known";
    const whyNot = this.#whyNotNow(sent);
    if (whyNot !== undefined) return this.#refuse(whyNot);
    this.#heard.add(sent);
    this.#tell(sent.signal);
    return "news";
  }

  #whyNotNow({ sender, at }: Sent): string | undefined {
    const ageMs = Math.round(this.#tools.clock.wallMs() - at);
    if (Math.abs(ageMs) <= HEARD_WITHIN_MS) return undefined;
    const when = ageMs > 0 ? `${ageMs} ms ago` : `${-ageMs} ms ahead`;
    return `${sender} sealed it ${when}: it was sent again or held up, or the clocks disagree`;
  }

  #refuse(why: string): "refused" {
    if (!this.#isClosed) this.#tools.onRefused(why);
    return "refused";
  }

  #tell(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal);
  }

  #complain(why: string, cause?: unknown): void {
    if (!this.#isClosed) this.#tools.onError(new GreenlightError("GL_UNREACHABLE", why, cause));
  }
}

/** Clocks agree within a second, a Redis may hang for some, and our own event loop may be late. */
const HEARD_WITHIN_MS = 10_000;
