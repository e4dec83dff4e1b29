import { bounded } from "../../adapters/clock/bound.ts";
import type { Application } from "../../domain/application.ts";
import type { DataStatus } from "../../domain/data-status.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Envoy } from "../../engine/ports/envoy.ts";

/** What a gate is about. */
export interface GateSubject {
  readonly application: Application;
  /** Which of the application's stores, where the gate is about one. */
  readonly subject: string | undefined;
  readonly from: string;
  readonly to: string;
}

/** What every gate may look with. */
export interface GateTools {
  readonly clock: Clock;
  /** At the application's store of that name in a cluster. */
  look(store: string, cluster: string, signal: AbortSignal): Promise<DataStatus>;
  /** Everybody who can ask the way that users do now: one for each vantage. */
  readonly envoys: (signal: AbortSignal) => Promise<readonly Envoy[]>;
}

/** At one store, in bounded time. Rejects where it does not answer: the gate is then asked again. */
export async function lookAt(
  tools: GateTools,
  { store, cluster }: { readonly store: string; readonly cluster: string },
  signal: AbortSignal,
): Promise<DataStatus> {
  return await bounded({ clock: tools.clock, timeoutMs: LOOK_MS, signal }, (inTime) =>
    tools.look(store, cluster, inTime),
  );
}

const LOOK_MS = 500;
