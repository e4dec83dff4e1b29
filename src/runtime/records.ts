import { sha256 } from "../adapters/digest/sha256.ts";
import type { Log } from "../adapters/log/log.ts";
import type { OperationPlan } from "../domain/plan.ts";
import { Clerk } from "../engine/clerk.ts";
import { Notary } from "../engine/notary.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";
import type { Signer } from "../engine/ports/signer.ts";
import { ClientRecord } from "./client-record.ts";
import type { Config } from "./config.ts";
import type { DeskTools } from "./control/desk.ts";
import type { Outside } from "./outside.ts";
import type { Store } from "./store.ts";

export interface RecordTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly journal: Journal;
  /** Whose heads are signed, where that is another one. */
  readonly signed?: Journal;
  readonly store: Store;
  readonly outside: Pick<Outside, "watches">;
}

/** What is written down about operations: what clients see, the reports, the signed heads. */
export interface Records {
  /** What operations write through. */
  readonly journal: Journal;
  readonly desk: Pick<DeskTools, "reports" | "signer" | "notary">;
  /** Of an operation that an earlier process left open. */
  resume(plan: OperationPlan | undefined): void;
  /** Until the signal aborts. */
  run(): Promise<void>;
}

/** Who signs the journal's heads. */
export function openNotary(
  config: Config,
  tools: Pick<RecordTools, "clock" | "log" | "signal" | "journal"> & { readonly signer: Signer },
): Notary {
  const { log } = tools;
  return new Notary({
    ...tools,
    applications: config.applications.map(({ application }) => application.name),
    onTrouble: (error) => log.warn({ err: error }, "the journal's head could not be signed"),
  });
}

export function openRecords(config: Config, tools: RecordTools): Records {
  const { clock, log, signal, journal, store, outside } = tools;
  const { reports, signer } = store;
  const { watches } = outside;
  const warn = (text: string) => log.warn(text);
  const clients = new ClientRecord({ clock, journal, watches, signal, warn });
  const notary = openNotary(config, {
    clock,
    log,
    signal,
    journal: tools.signed ?? journal,
    signer,
  });
  const clerk = new Clerk({
    clock,
    digest: sha256,
    // What it has for good: a report is of that alone.
    journal: store.journal,
    reports,
    signal,
    onKept: () => notary.ring(),
    onTrouble: (error) => log.warn({ err: error }, "a report could not be kept"),
  });
  store.journal.onAppend((event) => clerk.take(event));
  return {
    journal: clients.journal,
    desk: { reports, signer, notary },
    resume: (plan) => plan && clients.resume(plan),
    run: async () => {
      await Promise.all([clients.run(), clerk.run(), notary.run()]);
    },
  };
}
