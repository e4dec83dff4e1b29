import { untilAborted } from "./until-aborted.ts";

/** A fake that asks before it answers a call. */
interface Interruptible {
  onCall: (verb: "read" | "write", signal: AbortSignal) => Promise<void>;
}

/** What suites of drivers do between a call and its answer. */
export function comeBetween(fake: Interruptible) {
  return {
    /** Such calls get no answer from now on; resolves when the first has come. */
    hang: (call: "read" | "write") =>
      new Promise<void>((arrived) => {
        fake.onCall = async (verb, signal) => {
          if (verb !== call) return;
          arrived();
          await untilAborted(signal);
        };
      }),
    /** Once. */
    beforeNextWrite: (meddle: () => Promise<void>) => {
      fake.onCall = async (verb) => {
        if (verb !== "write") return;
        fake.onCall = async () => undefined;
        await meddle();
      };
    },
  };
}
