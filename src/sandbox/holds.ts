import { type Call, Hold, type HoldRequest, type HoldState, type Release } from "./hold.ts";

/** Holds calls, each the next one that matches, until it is told to let go. */
export class Holds {
  readonly #holds = new Map<string, Hold>();
  #added = 0;

  add(request: HoldRequest): HoldState {
    this.#added += 1;
    const hold = new Hold(`hold-${this.#added}`, request);
    this.#holds.set(hold.id, hold);
    return hold.state();
  }

  list(): readonly HoldState[] {
    return [...this.#holds.values()].map((hold) => hold.state());
  }

  find(id: string): HoldState | undefined {
    return this.#holds.get(id)?.state();
  }

  /** Settles at once when it holds something, or is gone; else when it does, or the signal aborts. */
  async untilHeld(id: string, signal: AbortSignal): Promise<HoldState | undefined> {
    await this.#holds.get(id)?.untilHeld(signal);
    return this.find(id);
  }

  /** Lets go of what it holds, or waits no more. Undefined: there is no such hold. */
  release(id: string, release: Release): HoldState | undefined {
    const hold = this.#holds.get(id);
    this.#holds.delete(id);
    hold?.release(release);
    return hold?.state();
  }

  /** The hold that this call now belongs to; nobody else's from now on. */
  claim(call: Call, when: HoldRequest["when"]): Hold | undefined {
    return [...this.#holds.values()].find((hold) => hold.claim(call, when));
  }
}
