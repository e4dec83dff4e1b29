import type { JournalEvent, LedgerCheckpoint } from "../domain/event.ts";
import type { Explanation } from "../domain/explain.ts";
import type { OperationPlan, StepId } from "../domain/plan.ts";
import type { Report } from "../domain/report.ts";
import type { VerdictKind } from "../domain/verdict-kind.ts";
import type { Placed } from "../engine/feed.ts";
import type { OperationHead } from "../engine/ports/journal.ts";
import type { ReportHead } from "../engine/ports/reports.ts";
import type { WouldOpen } from "../engine/would-open.ts";
import type { Drills } from "./control/drill.ts";
import type { Openings } from "./control/opening.ts";
import type { OperationDetail, OperationState } from "./operation-detail.ts";

/**
 * Everything that people may ask of a running Greenlight and tell it, whatever carries the words.
 * What is asked about an application, a kind or an operation that is not there rejects with
 * GL_UNKNOWN. Storage that is away rejects with GL_STORAGE_AWAY.
 */
export interface Control extends Openings, Drills {
  applications(): Promise<readonly ApplicationStatus[]>;
  application(name: string): Promise<ApplicationStatus>;
  /** Would it move now, and if not, why not; of a kind, also what would become of a request. */
  explain(name: string, kind?: string): Promise<ExplanationOfKind>;
  /**
   * What an operation of this kind would do now; changes nothing. Rejects with GL_REFUSED where it
   * is not known from where to where, GL_PLAN_UNSAFE when the plan breaks a safety rule, or a value
   * that it needs is not known.
   */
  plan(name: string, kind: string): Promise<PlanPreview>;
  /** The newest first. */
  operations(filter: {
    readonly application?: string;
    readonly limit: number;
  }): Promise<readonly OperationSummary[]>;
  /** Also one that is only asked for, or was and came to nothing: it has no events. */
  operation(id: string): Promise<OperationDetail>;
  /** One that awaits approval is withdrawn. Rejects with GL_REFUSED past the point of no return, GL_CONFLICT where it has ended. */
  abort(id: string, by: string): Promise<void>;
  /** Rejects with GL_CONFLICT where it is not held. */
  resume(id: string, by: string): Promise<void>;
  /** No automatic move while paused. Without an application: all of them. */
  pause(application: string | undefined, by: string, reason: string): Promise<void>;
  unpause(application: string | undefined, by: string): Promise<void>;
  /** A human has seen the last move: the cooldown is over. */
  acknowledge(application: string, by: string): Promise<void>;
  report(id: string): Promise<Report>;
  /**
   * The journal's events after the position, in the order in which they were kept, at most 1000;
   * where there are none yet, waits up to `waitMs` for the first, and then may answer with none.
   */
  events(after: number, waitMs: number, signal: AbortSignal): Promise<EventPage>;
  /**
   * Each event after the position as it comes, with its own position, of all streams or of one,
   * until the signal aborts; `undefined` when for so long there was none. Rejects with GL_BUSY.
   */
  follow(
    after: number,
    options: { readonly stream?: string; readonly signal: AbortSignal; readonly idleMs: number },
  ): AsyncIterable<Placed | undefined>;
  /** Every event there is, each stream in its order. */
  journal(signal: AbortSignal): AsyncIterable<JournalEvent>;
  auditHead(): Promise<AuditHead>;
  /** The reports of operations that are over, those opened last first. */
  reports(filter: {
    readonly application?: string;
    readonly kind?: string;
    readonly limit: number;
  }): Promise<readonly ReportHead[]>;
  /** As it was kept when the operation ended; of one that is open, as it is now. */
  reportBody(id: string): Promise<ReportBody>;
  /** What signatures of this Greenlight are checked with. */
  auditKey(): Promise<AuditKey>;
  /** The newest signed head of the journal. Rejects with GL_UNKNOWN while there is none. */
  auditCheckpoint(): Promise<AuditCheckpoint>;
  /** Why it can't do its work now; undefined when it can. */
  whyNotReady(): Promise<string | undefined>;
}

export interface ApplicationStatus {
  readonly name: string;
  readonly home: string;
  readonly standby: string;
  /** null: not known, or not known yet. */
  readonly primary: string | null;
  readonly epoch: number | null;
  readonly paused: { readonly by: string; readonly reason: string } | null;
  readonly clusters: readonly { readonly cluster: string; readonly verdict: VerdictKind }[];
  /** The one that is open, running or held. */
  readonly operation: string | null;
}

export interface ExplanationOfKind extends Explanation {
  /** Where a kind was asked for. */
  readonly request?: WouldOpen;
}

export interface PlanPreview {
  readonly plan: OperationPlan;
  readonly hash: string;
  /** That must agree before it is opened, whoever asks among them. */
  readonly people: number;
  /** Why it would be refused now; empty: it would be accepted. */
  readonly refusals: readonly string[];
  /** The steps that have something to do, and what. */
  readonly pending: readonly { readonly step: StepId; readonly why: string }[];
}

export interface OperationSummary extends OperationHead {
  readonly state: OperationState;
}

export interface EventPage {
  readonly events: readonly JournalEvent[];
  /** To go on from. */
  readonly position: number;
}

export interface ReportBody {
  /** The report in its canonical spelling: what the hash is of. */
  readonly body: string;
  readonly sha256: string;
}

export interface AuditKey {
  /** The first 16 digits of the SHA-256 of the public key. */
  readonly key: string;
  /** An Ed25519 SubjectPublicKeyInfo, in base64. */
  readonly publicKey: string;
}

/** A signed head, as the journal has it; `seq` is the record of the ledger that holds it. */
export type AuditCheckpoint = LedgerCheckpoint & { readonly seq: number; readonly at: number };

/** What someone keeps elsewhere to prove later that nothing was cut off. */
export interface AuditHead {
  /** The number of the ledger's last record, 0 where there is none yet; and its hash. */
  readonly seq: number;
  readonly hash: string;
}
