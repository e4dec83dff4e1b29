import { reasonOf } from "../domain/errors.ts";
import type { OperationFact } from "../domain/event.ts";
import type { Json } from "../domain/json.ts";
import { isOvertaken } from "../domain/observation.ts";
import type { Visit } from "../domain/visit.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Visitor } from "./visitor.ts";

export type ClientFact = Extract<OperationFact, { type: "clients.observed" }>;

interface Pace {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

interface State {
  readonly fact: ClientFact;
  /** Of a failure: since when nothing was answered as expected, whatever the reasons were. */
  readonly failingSince?: number;
  /** Samples that failed in it so far. */
  failedSoFar: number;
  /** When the sample was asked for that saw it first; an older sample says nothing. */
  askedAt: number;
}

/**
 * What those are answered who ask one application by name, from each vantage: sampled at the probing
 * interval, and whenever somebody else visits. It knows since when, so that an outage has its
 * beginning also where it began long before the operation.
 */
export class ClientWatch {
  readonly application: string;
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #visitors: readonly Visitor[];
  readonly #states = new Map<string, State>();
  readonly #failed = new Map<string, number>();
  /** Changes that nobody has taken yet. */
  #changes: ClientFact[] = [];
  #isKept = false;

  constructor(
    application: string,
    visitors: readonly Visitor[],
    { clock, pace }: { readonly clock: Clock; readonly pace: Pace },
  ) {
    this.application = application;
    this.#clock = clock;
    this.#pace = pace;
    this.#visitors = visitors.map((visitor) => ({
      vantage: visitor.vantage,
      visit: (name, signal) => this.#visit(visitor, name, signal),
      visitAt: (address, signal) => visitor.visitAt(address, signal),
    }));
  }

  /** The same visitors, each of whose visits is a sample. */
  get visitors(): readonly Visitor[] {
    return this.#visitors;
  }

  /** Samples from every vantage until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { intervalMs } = this.#pace;
    await Promise.all(
      this.#visitors.map(async (visitor, i) => {
        const sleep = (ms: number) => this.#clock.sleep(ms, signal).catch(() => undefined);
        await sleep((intervalMs * i) / this.#visitors.length);
        while (!signal.aborted) {
          const startedMs = this.#clock.monotonicMs();
          await visitor.visit(this.application, signal).catch(() => undefined);
          await sleep(Math.max(MIN_PAUSE_MS, intervalMs - (this.#clock.monotonicMs() - startedMs)));
        }
      }),
    );
  }

  /** From now on changes are kept until they are taken. Says how it is now, for an operation's cause. */
  begin(): Json {
    this.#isKept = true;
    this.#changes = [];
    const seen = [...this.#states].map(([vantage, { fact, failingSince, failedSoFar }]) => {
      const { type: _, ...rest } = fact;
      this.#failed.set(vantage, 0);
      return { ...rest, since: failingSince ?? fact.since, failed: failedSoFar };
    });
    return { ...this.#pace, seen };
  }

  /** As `begin`, for an operation that another process opened: how it is now counts as a change. */
  resume(): void {
    this.begin();
    this.#changes = [...this.#states.values()].map(({ fact, failingSince = fact.since }) => ({
      ...fact,
      since: failingSince,
    }));
  }

  end(): void {
    this.#isKept = false;
    this.#changes = [];
  }

  /** What changed since the last time, oldest first. */
  take(): readonly ClientFact[] {
    const taken = this.#changes;
    this.#changes = [];
    return taken;
  }

  /** What could not be written down, to be taken again. */
  giveBack(facts: readonly ClientFact[]): void {
    if (this.#isKept) this.#changes.unshift(...facts);
  }

  async #visit(visitor: Visitor, name: string, signal: AbortSignal): Promise<Visit> {
    const askedAt = this.#clock.wallMs();
    try {
      const visit = await visitor.visit(name, signal);
      // A visit that was cut short says nothing of what was asked.
      if (!signal.aborted) this.#note(visitor.vantage, visit, askedAt);
      return visit;
    } catch (error) {
      const visit = { address: "", whyNot: reasonOf(error) };
      if (!signal.aborted) this.#note(visitor.vantage, visit, askedAt);
      throw error;
    }
  }

  #note(vantage: string, visit: Visit, askedAt: number): void {
    const known = this.#states.get(vantage);
    // Visits overlap: one that was asked before the newest is over and done.
    if (known && isOvertaken(askedAt, known.askedAt)) return;
    const whyNot =
      visit.address === "" ? (visit.whyNot ?? "the name has no address") : visit.whyNot;
    const failed = (this.#failed.get(vantage) ?? 0) + (whyNot === undefined ? 0 : 1);
    if (known) known.askedAt = askedAt;
    if (known && whyNot !== undefined) known.failedSoFar += 1;
    if (known && known.fact.address === visit.address && known.fact.whyNot === whyNot) {
      this.#failed.set(vantage, failed);
      return;
    }
    // A failure began when it was asked for at the latest, a good answer when it came.
    const since = whyNot === undefined ? this.#clock.wallMs() : askedAt;
    const fact: ClientFact = {
      type: "clients.observed",
      vantage,
      address: visit.address,
      since,
      failed,
      ...(whyNot !== undefined && { whyNot }),
    };
    const failing = whyNot === undefined ? {} : { failingSince: known?.failingSince ?? since };
    const failedSoFar = whyNot === undefined ? 0 : (known?.failedSoFar ?? 1);
    this.#states.set(vantage, { fact, askedAt, failedSoFar, ...failing });
    this.#failed.set(vantage, 0);
    if (this.#isKept) this.#changes.push(fact);
  }
}

const MIN_PAUSE_MS = 20;
