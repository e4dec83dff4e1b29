import type { Visit, Visiting } from "../../domain/visit.ts";

/** Asks the way that users do, from one vantage, for whoever sends it. */
export interface Envoy {
  readonly vantage: string;
  /** One visit after the other. May reject where it could not even ask. */
  visit(visiting: Visiting, signal: AbortSignal): Promise<readonly Visit[]>;
}
