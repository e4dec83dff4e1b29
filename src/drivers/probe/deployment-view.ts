import { bounded } from "../../adapters/clock/bound.ts";
import {
  type DeploymentState,
  readDeployment,
} from "../../adapters/kubernetes/deployment-object.ts";
import type { Json } from "../../domain/json.ts";
import type { Ref } from "../../engine/ports/cluster.ts";
import type { ProbeTools } from "./probe.ts";

type Seen = { readonly state: DeploymentState } | { readonly error: unknown };

/**
 * The newest state of one Deployment. A watch brings the changes; because one of a hung server just
 * stays silent, whoever looks also has the state confirmed by a read, in the background.
 */
export class DeploymentView {
  readonly #ref: Ref;
  readonly #tools: ProbeTools;
  readonly #stop = new AbortController();
  #seen: Seen | undefined;
  #confirmedMs = Number.NEGATIVE_INFINITY;
  #confirming: Promise<void> | undefined;
  #watching: Promise<void> | undefined;

  constructor(ref: Ref, tools: ProbeTools) {
    this.#ref = ref;
    this.#tools = tools;
  }

  /** At once, but for the first time: then it takes one read. */
  async look(signal: AbortSignal): Promise<Seen> {
    const { clock, timeoutMs } = this.#tools;
    this.#watching ??= this.#watch();
    const isFresh = clock.monotonicMs() - this.#confirmedMs < FRESH_TIMEOUTS * timeoutMs;
    if (!isFresh || (this.#seen && "error" in this.#seen)) this.#confirming ??= this.#confirm();
    if (this.#seen === undefined) await this.#confirming;
    if (signal.aborted) return { error: signal.reason };
    return this.#seen ?? { error: new Error("it was not seen yet") };
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the probe was closed"));
    await Promise.all([this.#watching, this.#confirming]);
  }

  async #watch(): Promise<void> {
    const { clock, kubernetes } = this.#tools;
    const { signal } = this.#stop;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        for await (const object of kubernetes.watch(this.#ref, signal)) {
          this.#take(object);
          pauseMs = FIRST_PAUSE_MS;
        }
      } catch (error) {
        if (!signal.aborted) this.#seen = { error };
      }
      await clock.sleep(pauseMs, signal).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS);
    }
  }

  async #confirm(): Promise<void> {
    const { clock, timeoutMs, kubernetes } = this.#tools;
    try {
      const options = { clock, timeoutMs, signal: this.#stop.signal };
      this.#take(await bounded(options, (inTime) => kubernetes.read(this.#ref, inTime)));
    } catch (error) {
      this.#seen = { error };
    } finally {
      this.#confirming = undefined;
    }
  }

  #take(object: Json): void {
    this.#seen = { state: readDeployment(object) };
    this.#confirmedMs = this.#tools.clock.monotonicMs();
  }
}

/** How many timeouts long a state needs no confirmation. */
const FRESH_TIMEOUTS = 2;
/** Between two watches; it doubles up to the last. */
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000;
