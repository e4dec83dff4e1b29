import type { Bus, Signal } from "../../engine/ports/bus.ts";

/** Carries signals within this process, at once. */
export class LocalBus implements Bus {
  readonly #listeners = new Set<(signal: Signal) => void>();

  publish(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal);
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
