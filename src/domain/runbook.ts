import type { Json } from "./json.ts";
import type { Plan } from "./plan.ts";

/** The template of a plan, as `runbooks/KIND.yaml` holds it. Strings `${name}` are bound later. */
export interface Runbook {
  readonly kind: string;
  readonly ends: Plan["ends"];
  /** `home`: only there. Absent: to the cluster that is not primary. */
  readonly to?: "home";
  /** What must hold before a person's request is opened, beside what its steps call for. */
  readonly requires?: readonly RequirementName[];
  /** Whose Lease must take the epoch. Absent: the destination's, and the others' if they answer. */
  readonly leases?: "all";
  /** After it succeeded: for how long it can be taken back, by which kind, and what comes then. */
  readonly commit?: {
    readonly windowMs: Json;
    readonly back: string;
    readonly next?: string;
  };
  readonly steps: readonly RunbookStep[];
}

/** `debt`: something is owed of the cluster that it goes to. */
export type RequirementName = "primary-healthy" | "stable" | "synchronised" | "parity" | "debt";

export interface RunbookStep {
  readonly id: string;
  readonly uses: string;
  /** One step for each of the application's; `${each.NAME}` is then bound to that one's value. */
  readonly each?: "workloads" | "data" | "dns" | "traffic";
  readonly cluster?: string;
  readonly desired: Json;
  readonly needs: readonly string[];
  /** A number, or the template of one. */
  readonly timeoutMs: Json;
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
