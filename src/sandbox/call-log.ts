import type { Call } from "./hold.ts";

export interface NotedCall extends Call {
  /** 1, 2, 3, ... in the order in which they came. */
  readonly number: number;
}

/** The latest calls that reached the outermost layers, so that one can learn what to hold. */
export class CallLog {
  readonly #calls: NotedCall[] = [];
  #number = 0;

  note(call: Call): void {
    this.#number += 1;
    this.#calls.push({ number: this.#number, ...call });
    if (this.#calls.length > MAX_CALLS) this.#calls.shift();
  }

  /** Those with a greater number, oldest first. */
  after(number: number): readonly NotedCall[] {
    return this.#calls.filter((call) => call.number > number);
  }
}

const MAX_CALLS = 5_000;
