import type { Answer } from "./dns-listener.ts";
import { LossyGate } from "./lossy-gate.ts";

/** Stands before a name server. */
export class DnsGate extends LossyGate {
  readonly #answer: Answer;

  constructor(answer: Answer) {
    super();
    this.#answer = answer;
  }

  readonly answer: Answer = async (message, via, from) => {
    const verb = (((message[2] ?? 0) >> 3) & 15) === UPDATE ? "write" : "read";
    if ((await this.onCall(verb)) === "lost") return undefined;
    if (verb === "write") this.writes += 1;
    const answer = await this.#answer(message, via, from);
    return this.onDone(verb) === "lost" ? undefined : answer;
  };
}

const UPDATE = 5;
