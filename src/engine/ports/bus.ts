import type { Observation, VantageState } from "../../domain/observation.ts";

/** What travels from the vantages to whoever judges, and from one vantage to the others. */
export type Signal =
  | { readonly type: "observation"; readonly observation: Observation }
  | { readonly type: "vantage"; readonly state: VantageState }
  /** Something failed there just now: ask at once, and often. */
  | { readonly type: "hint"; readonly application: string; readonly cluster: string };

/** Carries signals to every listener, at most once each, in no promised order, keeping none. */
export interface Bus {
  publish(signal: Signal): void;
  /** Returns what ends the subscription. */
  subscribe(listener: (signal: Signal) => void): () => void;
}
