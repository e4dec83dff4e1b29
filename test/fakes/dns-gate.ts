import type { Answer } from "./dns-listener.ts";

/** Stands before who answers, and lets a test come between, or keeps calls for ever. */
export class DnsGate {
  readonly #answer: Answer;
  /** Called before a call is answered; when it says so, the answer is lost. */
  onCall: (verb: "read" | "write") => Promise<"lost" | undefined> = async () => undefined;
  /** Called when a call was done; when it says so, its answer is lost all the same. */
  onDone: (verb: "read" | "write") => "lost" | undefined = () => undefined;
  /** How many updates were let through. */
  writes = 0;

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  readonly answer: Answer = async (message, via, from) => {
    const verb = (((message[2] ?? 0) >> 3) & 15) === UPDATE ? "write" : "read";
    if ((await this.onCall(verb)) === "lost") return undefined;
    if (verb === "write") this.writes += 1;
    const answer = await this.#answer(message, via, from);
    return this.onDone(verb) === "lost" ? undefined : answer;
  };

  hang(call: "read" | "write"): Promise<void> {
    return new Promise((arrived) => {
      this.onCall = async (verb) => {
        if (verb !== call) return undefined;
        arrived();
        return "lost";
      };
    });
  }

  beforeNextWrite(meddle: () => Promise<void>): void {
    this.onCall = async (verb) => {
      if (verb !== "write") return undefined;
      this.onCall = async () => undefined;
      await meddle();
      return undefined;
    };
  }
}

const UPDATE = 5;
