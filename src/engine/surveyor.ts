import type { Application } from "../domain/application.ts";
import { reasonOf } from "../domain/errors.ts";
import type { Primacy } from "../domain/primary.ts";
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
}

/** Keeps the newest reading of an application at hand, so that a decision need not wait for it. */
export class Surveyor {
  readonly #application: Application;
  readonly #tools: SurveyorTools;
  #survey: Survey = NO_SURVEY;
  #primacy: Primacy = { unread: true };
  #pending: Promise<void> | undefined;
  #startedAt = 0;

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

  /** Is a reading under way that began at `at` or later? */
  isPendingSince(at: number): boolean {
    return this.#pending !== undefined && this.#startedAt >= at;
  }

  /** A new reading, now. Settles when it is at hand; rejects only when the process is told to stop. */
  refresh(): Promise<void> {
    this.#startedAt = this.#tools.clock.wallMs();
    const pending = this.#read().finally(() => {
      if (this.#pending === pending) this.#pending = undefined;
      this.#tools.onSurvey();
    });
    this.#pending = pending;
    return pending;
  }

  /** A new reading, if the last one is older than that and none is under way. */
  refreshIfOlder(ms: number): void {
    if (this.#pending || this.#tools.clock.wallMs() - this.#startedAt < ms) return;
    this.refresh().catch(() => undefined);
  }

  async #read(): Promise<void> {
    const { clock, signal, sight } = this.#tools;
    const survey = await takeSurvey(this.#application, sight, { clock, signal });
    if (survey.at < this.#survey.at) return;
    this.#survey = survey;
    try {
      const { leases } = sight;
      this.#primacy = await adopt(this.#application, survey, { clock, signal, leases });
    } catch (error) {
      signal.throwIfAborted();
      this.#primacy = { problem: reasonOf(error) };
    }
  }
}
