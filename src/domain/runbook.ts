import type { Json } from "./json.ts";
import type { Plan } from "./plan.ts";

/** The template of a plan, as `runbooks/KIND.yaml` holds it. Strings `${name}` are bound later. */
export interface Runbook {
  readonly kind: string;
  readonly ends: Plan["ends"];
  readonly steps: readonly RunbookStep[];
}

export interface RunbookStep {
  readonly id: string;
  readonly uses: string;
  /** One step for each of the application's; `${each.NAME}` is then bound to that one's value. */
  readonly each?: "workloads" | "data" | "dns";
  readonly cluster?: string;
  readonly desired: Json;
  readonly needs: readonly string[];
  readonly timeoutMs: number;
  readonly retries?: number;
  readonly onFailure: string;
  readonly irreversible?: true;
  readonly owes?: string;
}

/** A literal for a template's `${name}`, and where it came from, for people. */
export interface Binding {
  readonly value: Json;
  readonly source: string;
}

/** By full name: `from`, `objectives.rpoMs`, `workloads.shop.replicas`. */
export type Bindings = Readonly<Record<string, Binding>>;
