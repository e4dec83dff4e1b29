import type { Layer } from "../../src/domain/observation.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { Asked, Probe } from "../../src/engine/ports/probe.ts";

/** A probe that answers what a test tells it to, after a time. */
export class ScriptedProbe implements Probe {
  readonly name: string;
  readonly cluster: string;
  readonly layer: Layer;
  readonly #clock: Clock;
  says: Asked = { answer: "ok" };
  /** A timeout takes the probe's own time. */
  tookMs = 2;

  constructor(clock: Clock, { name, cluster, layer }: Pick<Probe, "name" | "cluster" | "layer">) {
    this.#clock = clock;
    this.name = name;
    this.cluster = cluster;
    this.layer = layer;
  }

  async ask(signal: AbortSignal): Promise<Asked> {
    try {
      await this.#clock.sleep(this.tookMs, signal);
      return this.says;
    } catch {
      return { answer: "unknown", detail: "it was stopped" };
    }
  }

  async close(): Promise<void> {
    // It keeps nothing open.
  }
}
