import type { Application } from "../domain/application.ts";
import { reasonOf } from "../domain/errors.ts";
import type { LastKnown, Primacy } from "../domain/primary.ts";
import { looksOf, looksUntil, type StoreLook } from "../domain/store-look.ts";
import { NO_SURVEY, type Survey } from "../domain/survey.ts";
import { adopt } from "./adopt.ts";
import type { Clock } from "./ports/clock.ts";
import { type Sight, takeSurvey } from "./survey.ts";

export interface SurveyorTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly sight: Sight;
  /** Told when there is a newer survey. */
  readonly onSurvey: () => void;
  /** Who was primary as the journal says, where it was adopted before. */
  readonly onceKnown?: () => LastKnown | undefined;
}

/** Keeps the newest reading of an application at hand, so that a decision need not wait for it. */
export class Surveyor {
  readonly #application: Application;
  readonly #tools: SurveyorTools;
  #survey: Survey = NO_SURVEY;
  #primacy: Primacy = { unread: true };
  /** The newest that was read of each cluster. */
  #leases: Survey["leases"] = {};
  #pending: Promise<void> | undefined;
  /** Of the stores while all was well, the oldest first. */
  #looks: readonly (readonly StoreLook[])[] = [];
  #looked: Survey = NO_SURVEY;
  /** Of the latest reading that was begun: its number, and when that was on either clock. */
  #number = 0;
  #startedAt = 0;
  #startedMs = Number.NEGATIVE_INFINITY;
  /** Of the one that is at hand. */
  #atHand = 0;

  constructor(application: Application, tools: SurveyorTools) {
    this.#application = application;
    this.#tools = tools;
  }

  get survey(): Survey {
    return this.#survey;
  }

  get primacy(): Primacy {
    return this.#primacy;
  }

  /** What the reading at hand says of the primary's stores, while nothing is known to fail. */
  keepLooks(primary: string, at: number): void {
    if (this.#looked === this.#survey) return;
    this.#looked = this.#survey;
    this.#looks = [...this.#looks, looksOf(this.#survey, primary, at)].slice(-LOOKS);
  }

  /** The newest that came no later; null: that is not known, nor then what was before it. */
  looksUntil(at: number | null): readonly StoreLook[] {
    return looksUntil(this.#looks.flat(), at);
  }

  /** Is a reading under way that began at `at` or later? */
  isPendingSince(at: number): boolean {
    return this.#pending !== undefined && this.#startedAt >= at;
  }

  /** A new reading, now. Settles when it is at hand; rejects only when the process is told to stop. */
  refresh(): Promise<void> {
    this.#startedAt = this.#tools.clock.wallMs();
    this.#startedMs = this.#tools.clock.monotonicMs();
    this.#number += 1;
    const pending = this.#read(this.#number).finally(() => {
      if (this.#pending === pending) this.#pending = undefined;
      this.#tools.onSurvey();
    });
    this.#pending = pending;
    return pending;
  }

  /** A new reading, if the last one is older than that and none is under way. */
  refreshIfOlder(ms: number): void {
    if (this.#pending || this.#tools.clock.monotonicMs() - this.#startedMs < ms) return;
    this.refresh().catch(() => undefined);
  }

  async #read(number: number): Promise<void> {
    const { clock, signal, sight } = this.#tools;
    const survey = await takeSurvey(this.#application, sight, { clock, signal });
    // By the clock a later one may seem older.
    if (number < this.#atHand) return;
    this.#atHand = number;
    this.#survey = survey;
    try {
      const { leases } = sight;
      const known = { ...survey, leases: this.#recall(survey.leases) };
      const onceKnown = this.#tools.onceKnown?.();
      const how = { clock, signal, leases, onceKnown };
      this.#primacy = await adopt(this.#application, known, how);
    } catch (error) {
      signal.throwIfAborted();
      this.#primacy = { problem: reasonOf(error) };
    }
  }

  /** What a Lease said last holds until it can be read again: that it can't be changes no primary. */
  #recall(leases: Survey["leases"]): Survey["leases"] {
    const found = Object.entries(leases).filter(([, lease]) => "found" in lease && lease.found);
    this.#leases = { ...this.#leases, ...Object.fromEntries(found) };
    const known = Object.entries(leases).map(([cluster, lease]) => {
      return [cluster, "missing" in lease ? (this.#leases[cluster] ?? lease) : lease] as const;
    });
    return Object.fromEntries(known);
  }
}

/** A fault may have begun some readings before anybody doubts. */
const LOOKS = 30;
