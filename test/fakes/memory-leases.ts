import { GreenlightError } from "../../src/domain/errors.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { HeldLease, LeaseRecord, Leases } from "../../src/engine/ports/lease.ts";

/** The Leases of one cluster, as far as `Leases` shows them. */
export class MemoryLeases implements Leases {
  readonly #clock: Clock;
  readonly #networkMs: number;
  readonly #stored = new Map<string, HeldLease>();
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();
  #version = 0;
  /** Called before a call is answered; a test uses it to come in between, or to hang. */
  onCall: (verb: "read" | "write", signal: AbortSignal) => Promise<void> = async () => undefined;

  /** `networkMs` is each way: a call takes two. */
  constructor(clock: Clock, { networkMs }: { readonly networkMs: number }) {
    this.#clock = clock;
    this.#networkMs = networkMs;
  }

  /** How often any of them was written. */
  get writes(): number {
    return this.#version;
  }

  /** The record as it is now. */
  look(application: string): LeaseRecord | undefined {
    return this.#stored.get(application)?.record;
  }

  /** Someone else's change. */
  label(application: string, labels: Readonly<Record<string, string>>): void {
    this.#labels.set(application, labels);
    const held = this.#stored.get(application);
    if (held) this.#keep(application, held.record);
  }

  labelsOf(application: string): Readonly<Record<string, string>> {
    return this.#labels.get(application) ?? {};
  }

  async read(application: string, signal: AbortSignal): Promise<HeldLease | undefined> {
    return await this.#call("read", signal, () => this.#stored.get(application));
  }

  async swap(
    application: string,
    change: { readonly seen: HeldLease | undefined; readonly next: LeaseRecord },
    signal: AbortSignal,
  ): Promise<HeldLease> {
    return await this.#call("write", signal, () => this.write(application, change));
  }

  /** The write itself: checked and done at one moment, and then nothing can call it back. */
  write(
    application: string,
    { seen, next }: { readonly seen: HeldLease | undefined; readonly next: LeaseRecord },
  ): HeldLease {
    const held = this.#stored.get(application);
    if (held?.version !== seen?.version)
      throw new GreenlightError(
        "GL_CONFLICT",
        `${application} is at ${held?.version ?? "nothing"}`,
      );
    const { epoch, sequence, primary, operation, holder, durationMs, renewedAt } = next;
    return this.#keep(application, {
      epoch,
      sequence,
      primary,
      durationMs: Math.ceil(durationMs / 1000) * 1000,
      ...(operation !== undefined && { operation }),
      ...(holder !== undefined && { holder }),
      ...(renewedAt !== undefined && { renewedAt }),
    });
  }

  #keep(application: string, record: LeaseRecord): HeldLease {
    this.#version += 1;
    const held = { version: String(this.#version), record };
    this.#stored.set(application, held);
    return held;
  }

  async #call<T>(verb: "read" | "write", signal: AbortSignal, serve: () => T): Promise<T> {
    await this.#clock.sleep(this.#networkMs, signal);
    await this.onCall(verb, signal);
    const result = serve();
    await this.#clock.sleep(this.#networkMs, signal);
    return result;
  }
}
