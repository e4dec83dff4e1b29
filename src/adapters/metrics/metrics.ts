import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What a Prometheus may scrape. */
export interface Metrics {
  readonly registry: Registry;
  /** An answer of the API; `route` is the pattern, never the path. */
  answered(route: string, status: number, seconds: number): void;
  render(): Promise<{ readonly type: string; readonly text: string }>;
}

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "greenlight_" });
  const registers = [registry];
  new Gauge({
    name: "greenlight_info",
    help: "Always 1; the version is a label.",
    labelNames: ["version"],
    registers,
  }).set({ version }, 1);
  const answers = new Counter({
    name: "greenlight_api_answers_total",
    help: "Answers of the API.",
    labelNames: ["route", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "greenlight_api_answer_seconds",
    help: "Time from a request to its answer.",
    labelNames: ["route"],
    registers,
  });
  return {
    registry,
    answered: (route, status, seconds) => {
      answers.inc({ route, status: String(status) });
      durations.observe({ route }, seconds);
    },
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
