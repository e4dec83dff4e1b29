import { foldHealth, forgetRun, type Thresholds, UNASKED } from "../domain/health.ts";
import { isOvertaken, type Observation, type VantageState } from "../domain/observation.ts";
import type { Source, View } from "../domain/view.ts";
import type { Signal } from "./ports/bus.ts";

export interface WatchTools {
  readonly thresholds: Thresholds;
  /** Those of the configuration, and where they stand: who votes is not what a signal says of itself. */
  readonly vantages: readonly Pick<VantageState, "vantage" | "failureDomain">[];
  readonly clusters: readonly string[];
  /** By name. */
  readonly probes: readonly string[];
  /** Told of each signal that is not heeded as it fits none of these, and why. */
  readonly onStranger: (why: string) => void;
}

/** Folds what the vantages say of one application into what is seen of it now. */
export class Watch {
  readonly #application: string;
  readonly #tools: WatchTools;
  /** By vantage. */
  readonly #failureDomains: ReadonlyMap<string, string>;
  readonly #sources = new Map<string, Source>();
  readonly #vantages = new Map<string, VantageState>();
  /** By vantage, once it has been sick: wall clock in ms. */
  readonly #wellSince = new Map<string, number>();

  constructor(application: string, tools: WatchTools) {
    this.#application = application;
    this.#tools = tools;
    this.#failureDomains = new Map(tools.vantages.map((one) => [one.vantage, one.failureDomain]));
  }

  /** True when something may be judged otherwise than before. */
  take(signal: Signal): boolean {
    switch (signal.type) {
      case "observation":
        if (signal.observation.application !== this.#application) return false;
        return (
          this.#heeds(this.#whyUnasked(signal.observation)) && this.#observe(signal.observation)
        );
      case "vantage":
        return this.#heeds(this.#whyMisplaced(signal.state)) && this.#stand(signal.state);
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

  #heeds(whyNot: string | undefined): boolean {
    if (whyNot !== undefined) this.#tools.onStranger(whyNot);
    return whyNot === undefined;
  }

  #whyUnasked({ vantage, cluster, probe }: Observation): string | undefined {
    const { clusters, probes } = this.#tools;
    if (!this.#failureDomains.has(vantage)) return `there is no vantage ${vantage}`;
    if (!clusters.includes(cluster)) return `${this.#application} is not in ${cluster}`;
    return probes.includes(probe) ? undefined : `${this.#application} has no probe ${probe}`;
  }

  /** One that says that it stands elsewhere has another configuration: it may be either that is wrong. */
  #whyMisplaced({ vantage, failureDomain }: VantageState): string | undefined {
    const known = this.#failureDomains.get(vantage);
    if (known === undefined) return `there is no vantage ${vantage}`;
    return known === failureDomain
      ? undefined
      : `${vantage} says that it stands in ${failureDomain}, and should in ${known}`;
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
    const health = foldHealth(before?.health ?? UNASKED, observation, this.#tools.thresholds);
    this.#sources.set(key, { cluster, layer, probe, vantage, health });
    return (
      before?.health.state !== health.state ||
      before.health.failuresInRow > 0 !== health.failuresInRow > 0
    );
  }
}
