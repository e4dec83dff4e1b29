import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What a Prometheus may scrape. */
export interface Metrics {
  readonly registry: Registry;
  /** An answer of the API; `route` is the pattern, never the path. */
  answered(route: string, status: number, seconds: number): void;
  /** A message to people: taken by the notifier, or given up. */
  told(notifier: string, isTold: boolean): void;
  render(
    applications: readonly ApplicationGauges[],
  ): Promise<{ readonly type: string; readonly text: string }>;
}

/** What is known of one application when it is scraped. */
export interface ApplicationGauges {
  readonly name: string;
  /** null: not known. */
  readonly primary: string | null;
  readonly epoch: number | null;
  readonly paused: unknown;
  /** The one that is open. */
  readonly operation: string | null;
  readonly clusters: readonly { readonly cluster: string; readonly verdict: string }[];
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
  const messages = new Counter({
    name: "greenlight_messages_total",
    help: "Messages to people, by notifier; lost: it was not taken in any of its tries.",
    labelNames: ["notifier", "result"],
    registers,
  });
  const show = createGauges(registers);
  return {
    registry,
    answered: (route, status, seconds) => {
      answers.inc({ route, status: String(status) });
      durations.observe({ route }, seconds);
    },
    told: (notifier, isTold) => messages.inc({ notifier, result: isTold ? "told" : "lost" }),
    render: async (applications) => {
      show(applications);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** Gauges that say of each application what is so now, and nothing of what was. */
function createGauges(registers: Registry[]): (applications: readonly ApplicationGauges[]) => void {
  const gauge = (name: string, help: string, ...labels: string[]) =>
    new Gauge({ name, help, labelNames: ["application", ...labels], registers });
  const primary = gauge("greenlight_primary", "1 for the cluster that is primary.", "cluster");
  const verdict = gauge("greenlight_verdict", "1 for the verdict in force.", "cluster", "verdict");
  const epoch = gauge("greenlight_epoch", "The fencing token of the last operation.");
  const paused = gauge("greenlight_paused", "1 while automatic moves are paused.");
  const open = gauge("greenlight_operation_open", "1 while an operation runs or is held.");
  const all = [primary, verdict, epoch, paused, open];
  return (applications) => {
    for (const one of all) one.reset();
    for (const { name: application, clusters, ...now } of applications) {
      for (const { cluster, verdict: kind } of clusters) {
        primary.set({ application, cluster }, cluster === now.primary ? 1 : 0);
        verdict.set({ application, cluster, verdict: kind }, 1);
      }
      if (now.epoch !== null) epoch.set({ application }, now.epoch);
      paused.set({ application }, now.paused === null ? 0 : 1);
      open.set({ application }, now.operation === null ? 0 : 1);
    }
  };
}
