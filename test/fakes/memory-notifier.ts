import { GreenlightError } from "../../src/domain/errors.ts";
import type { Message, Notifier } from "../../src/engine/ports/notifier.ts";

/** Keeps what it is told. */
export class MemoryNotifier implements Notifier {
  readonly name = "memory";
  readonly taken: Message[] = [];
  refuses = false;

  async send(message: Message, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.refuses) throw new GreenlightError("GL_UNREACHABLE", "it takes nothing");
    this.taken.push(message);
  }
}
