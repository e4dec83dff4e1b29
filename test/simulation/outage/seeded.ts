import type { Chance } from "../../../src/engine/ports/chance.ts";

/** All chance of one simulated world: the same seed, the same world. */
export class Seeded implements Chance {
  #state: number;
  #ids = 0;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
  }

  id(): string {
    this.#ids += 1;
    return `s${this.#ids}`;
  }

  /** mulberry32. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T;
  }

  isOneIn(times: number): boolean {
    return this.int(1, times) === 1;
  }
}
