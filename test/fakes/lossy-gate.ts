type Verb = "read" | "write";

/** Stands before who answers, and lets a test come between, or loses calls and answers. */
export abstract class LossyGate {
  /** Called before a call is passed on; when it says so, it is lost. */
  onCall: (verb: Verb) => Promise<"lost" | undefined> = async () => undefined;
  /** Called when a call was done; when it says so, its answer is lost all the same. */
  onDone: (verb: Verb) => "lost" | undefined = () => undefined;
  /** How many writes were let through. */
  writes = 0;

  hang(call: Verb): Promise<void> {
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
