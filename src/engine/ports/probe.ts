import type { Answer, Layer } from "../../domain/observation.ts";

/** Asks one target from one vantage. */
export interface Probe {
  /** As in the config: unique for the application. */
  readonly name: string;
  readonly cluster: string;
  readonly layer: Layer;
  /**
   * One question, answered within the probe's own timeout: it never rejects, a late answer is
   * `timeout`. May be asked again while an earlier question is still open.
   */
  ask(signal: AbortSignal): Promise<Asked>;
  /** Closes kept connections. */
  close(): Promise<void>;
}

export interface Asked {
  readonly answer: Answer;
  readonly detail?: string;
}
