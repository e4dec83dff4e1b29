import { canonical } from "../domain/canonical.ts";
import { type JournalEvent, LEDGER } from "../domain/event.ts";
import { recoveryTimeOf } from "../domain/recovery.ts";
import { reportOf } from "../domain/report.ts";
import { Bell } from "./bell.ts";
import type { Clock } from "./ports/clock.ts";
import type { Digest } from "./ports/digest.ts";
import type { Journal } from "./ports/journal.ts";
import type { Reports, StoredReport } from "./ports/reports.ts";

export interface ClerkTools {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly journal: Pick<Journal, "read" | "operations">;
  readonly reports: Reports;
  readonly signal: AbortSignal;
  /** Told of each report once it is kept. */
  readonly onKept: () => void;
  readonly onTrouble: (error: unknown) => void;
}

/** The report of an operation that has ended; undefined of one that has not. */
export function storedReport(
  events: readonly JournalEvent[],
  digest: Digest,
): StoredReport | undefined {
  const opened = events.find((event) => event.type === "operation.opened");
  const ended = events.find((event) => event.type === "operation.ended");
  const report = reportOf(events);
  if (!opened || !ended || !report) return undefined;
  const { operation, application, kind, result, recovery, dataLoss } = report;
  const body = canonical(report);
  return {
    operation,
    application,
    kind,
    openedAt: opened.at,
    endedAt: ended.at,
    outcome: ended.outcome,
    result,
    recoveryTimeMs: recoveryTimeOf(recovery),
    dataLossMs: dataLoss.ms,
    sha256: digest(body),
    body,
  };
}

/**
 * Writes the report of each operation when it has ended, and at its start those that an earlier
 * process left out. In nobody's way: what can't be kept now is tried again.
 */
export class Clerk {
  readonly #tools: ClerkTools;
  readonly #bell = new Bell();
  readonly #due = new Set<string>();

  constructor(tools: ClerkTools) {
    this.#tools = tools;
  }

  /** Of each event that is appended. */
  take({ type, stream }: JournalEvent): void {
    if (type !== "operation.ended" || stream === LEDGER) return;
    this.#due.add(stream);
    this.#bell.ring();
  }

  /** Until the signal aborts; then what is due is left to the next process. */
  async run(): Promise<void> {
    const { signal, clock } = this.#tools;
    let found = false;
    while (!signal.aborted) {
      try {
        if (!found) await this.#findMissed();
        found = true;
        await this.keepDue();
        await this.#bell.wait(IDLE_MS, { clock, signal });
      } catch (error) {
        if (signal.aborted) return;
        this.#tools.onTrouble(error);
        await clock.sleep(RETRY_MS, signal).catch(() => undefined);
      }
    }
  }

  /** All that is due now. */
  async keepDue(): Promise<void> {
    const { journal, reports, digest, onKept } = this.#tools;
    for (const operation of this.#due) {
      const report = storedReport(await journal.read(operation), digest);
      if (report) await reports.put(report);
      this.#due.delete(operation);
      if (report) onKept();
    }
  }

  /** All is looked through only where the newest lack some: it would be in the way of a start. */
  async #findMissed(): Promise<void> {
    let missed = await this.#lacking(NEWEST);
    if (missed.length > 0) missed = await this.#lacking(MOST);
    for (const id of missed.toReversed()) this.#due.add(id);
  }

  async #lacking(limit: number): Promise<readonly string[]> {
    const { journal, reports } = this.#tools;
    const heads = await journal.operations({ limit });
    const ended = heads.filter((head) => head.ended).map(({ id }) => id);
    return await reports.lacking(ended);
  }
}

/** The bell rings for what this process ends; this is for nothing in particular. */
const IDLE_MS = 60_000;
const RETRY_MS = 5_000;
const NEWEST = 100;
/** Older ones without a report are folded when somebody asks for them. */
const MOST = 20_000;
