import { foldHealth, forgetRun, type Thresholds, UNASKED } from "../domain/health.ts";
import { isOvertaken, type Observation, type VantageState } from "../domain/observation.ts";
import type { Source, View } from "../domain/view.ts";
import type { Signal } from "./ports/bus.ts";

/** Folds what the vantages say of one application into what is seen of it now. */
export class Watch {
  readonly #application: string;
  readonly #thresholds: Thresholds;
  readonly #sources = new Map<string, Source>();
  readonly #vantages = new Map<string, VantageState>();
  /** By vantage, once it has been sick: wall clock in ms. */
  readonly #wellSince = new Map<string, number>();

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
      case "roll":
      case "present":
      case "visit":
      case "visited":
        return false;
    }
  }

  /**
   * What failed until now, in these clusters or in any, is no evidence any more: it takes new answers
   * to judge anything bad there.
   */
  forgetFailures(clusters?: ReadonlySet<string>): void {
    this.#forget(({ cluster }) => clusters === undefined || clusters.has(cluster));
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

  /** What a vantage saw fail just before it turned out to be sick, and until it was well, is no evidence. */
  #stand(state: VantageState): boolean {
    const { vantage, whyNotFit, at } = state;
    const before = this.#vantages.get(vantage);
    this.#vantages.set(vantage, state);
    const isWellAgain = before?.whyNotFit !== undefined && whyNotFit === undefined;
    if (isWellAgain) this.#wellSince.set(vantage, at);
    if (isWellAgain || whyNotFit !== undefined)
      this.#forget((source) => source.vantage === vantage);
    return before?.whyNotFit !== whyNotFit;
  }

  /** Was it asked by a vantage that was sick then, and is well by now? */
  #isStale({ vantage, answer, at }: Observation): boolean {
    return answer !== "ok" && isOvertaken(at, this.#wellSince.get(vantage) ?? at);
  }

  #forget(isMeant: (source: Source) => boolean): void {
    for (const [key, source] of this.#sources)
      if (isMeant(source)) this.#sources.set(key, { ...source, health: forgetRun(source.health) });
  }

  #observe(observation: Observation): boolean {
    if (this.#isStale(observation)) return false;
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
