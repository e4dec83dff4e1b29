import { foldHealth, forgetRun, type Thresholds, UNASKED } from "../domain/health.ts";
import type { Observation, VantageState } from "../domain/observation.ts";
import type { Source, View } from "../domain/view.ts";
import type { Signal } from "./ports/bus.ts";

/** Folds what the vantages say of one application into what is seen of it now. */
export class Watch {
  readonly #application: string;
  readonly #thresholds: Thresholds;
  readonly #sources = new Map<string, Source>();
  readonly #vantages = new Map<string, VantageState>();

  constructor(application: string, thresholds: Thresholds) {
    this.#application = application;
    this.#thresholds = thresholds;
  }

  /** True when something may be judged otherwise than before. */
  take(signal: Signal): boolean {
    switch (signal.type) {
      case "observation":
        return signal.observation.application === this.#application
          ? this.#observe(signal.observation)
          : false;
      case "vantage":
        return this.#stand(signal.state);
      case "hint":
        return false;
    }
  }

  /** What failed until now is no evidence any more: it takes new answers to judge anything bad. */
  forgetFailures(): void {
    for (const [key, source] of this.#sources)
      this.#sources.set(key, { ...source, health: forgetRun(source.health) });
  }

  /** What was seen until now; older than `freshMs` counts as not seen. */
  view(now: number, freshMs: number): View {
    return {
      now,
      freshMs,
      vantages: [...this.#vantages.values()],
      sources: [...this.#sources.values()],
    };
  }

  /** What a vantage saw fail just before it turned out to be sick itself is no evidence. */
  #stand(state: VantageState): boolean {
    const before = this.#vantages.get(state.vantage);
    this.#vantages.set(state.vantage, state);
    if (state.whyNotFit !== undefined)
      for (const [key, source] of this.#sources)
        if (source.vantage === state.vantage)
          this.#sources.set(key, { ...source, health: forgetRun(source.health) });
    return before?.whyNotFit !== state.whyNotFit;
  }

  #observe(observation: Observation): boolean {
    const { vantage, cluster, layer, probe } = observation;
    const key = `${vantage} ${cluster} ${probe}`;
    const before = this.#sources.get(key);
    const health = foldHealth(before?.health ?? UNASKED, observation, this.#thresholds);
    this.#sources.set(key, { cluster, layer, probe, vantage, health });
    return (
      before?.health.state !== health.state ||
      before.health.failuresInRow > 0 !== health.failuresInRow > 0
    );
  }
}
