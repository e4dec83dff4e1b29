import type { Observation, VantageState } from "../../domain/observation.ts";
import type { Visit, Visiting } from "../../domain/visit.ts";

/** What travels from the vantages to whoever judges, from one vantage to the others, and back. */
export type Signal =
  | { readonly type: "observation"; readonly observation: Observation }
  | { readonly type: "vantage"; readonly state: VantageState }
  /** Something failed there just now: ask at once, and often. */
  | { readonly type: "hint"; readonly application: string; readonly cluster: string }
  /** Which vantages hear this asker, and would visit for it? */
  | { readonly type: "roll"; readonly asker: string }
  | { readonly type: "present"; readonly asker: string; readonly vantage: string }
  /** That vantage shall visit. It may hear of it several times. */
  | {
      readonly type: "visit";
      readonly id: string;
      readonly vantage: string;
      readonly visiting: Visiting;
    }
  /** What came of the visits of that id. */
  | {
      readonly type: "visited";
      readonly id: string;
      readonly vantage: string;
      readonly visits: readonly Visit[];
    };

/** Carries signals to every listener, at most once each, in no promised order, keeping none. */
export interface Bus {
  publish(signal: Signal): void;
  /** Returns what ends the subscription. */
  subscribe(listener: (signal: Signal) => void): () => void;
}
