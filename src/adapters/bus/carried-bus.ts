import { detailOf, GreenlightError } from "../../domain/errors.ts";
import type { Bus, Signal } from "../../engine/ports/bus.ts";
import type { Carrier } from "./carrier.ts";
import { readSignal, writeSignal } from "./signal-text.ts";

export interface BusTools {
  /** Of this process, and of no other: at most 60 characters. */
  readonly sender: string;
  /** What did not go out, or made no sense coming in: to be logged, not with every signal. */
  readonly onError: (error: Error) => void;
}

/** Carries signals within this process at once, and to others by a carrier. */
export class CarriedBus implements Bus {
  readonly #carrier: Carrier;
  readonly #tools: BusTools;
  readonly #listeners = new Set<(signal: Signal) => void>();
  readonly #seen = new Set<string>();
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
    const id = `${this.#tools.sender}.${this.#sent}`;
    const text = writeSignal({ id, signal });
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

  #take(text: string): void {
    const sent = readSignal(text);
    if (sent === undefined) this.#complain("what came is no signal");
    else if (!this.#isOwn(sent.id) && !this.#isKnown(sent.id)) this.#tell(sent.signal);
  }

  #isOwn(id: string): boolean {
    return id.startsWith(`${this.#tools.sender}.`);
  }

  /** It may have come on two ways. */
  #isKnown(id: string): boolean {
    if (this.#seen.has(id)) return true;
    this.#seen.add(id);
    const [oldest] = this.#seen;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return false;
  }

  #tell(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal);
  }

  #complain(why: string, cause?: unknown): void {
    if (!this.#isClosed) this.#tools.onError(new GreenlightError("GL_UNREACHABLE", why, cause));
  }
}

const REMEMBERED = 10_000;
