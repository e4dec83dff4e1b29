import type { Application } from "../domain/application.ts";
import { FENCE } from "../domain/debt.ts";
import { type DecisionContext, primaryVerdict } from "../domain/guard.ts";
import type { Json } from "../domain/json.ts";
import type { Runbook } from "../domain/runbook.ts";
import type { Found, Survey } from "../domain/survey.ts";
import { bindingsFor } from "./bindings.ts";
import { DECISION, type Logbook } from "./logbook.ts";
import type { Operations } from "./operations.ts";
import type { Clock } from "./ports/clock.ts";
import type { Recollection } from "./recollection.ts";
import type { Surveyor } from "./surveyor.ts";

export interface ErrandTools {
  readonly clock: Clock;
  readonly surveyor: Surveyor;
  readonly recollection: Recollection;
  readonly operations: Operations;
  readonly logbook: Logbook;
  /** By kind. */
  readonly runbooks: ReadonlyMap<string, Runbook>;
  /** The kind that pays what is owed to a former primary. */
  readonly payment: string;
}

/** What one is for, and where. */
interface Errand {
  readonly kind: string;
  readonly to: string;
  readonly reason: string;
  readonly cause: Json;
}

/**
 * Opens what is due without anybody asking: what pays a debt as soon as its cluster answers, and what
 * comes after a commit window. Neither ever acts on the primary.
 */
export class Errands {
  readonly #application: Application;
  readonly #tools: ErrandTools;
  #isOpening = false;
  #notBeforeMs = 0;
  /** In a row, without one that did all that it was for. */
  #tries = 0;
  #lastWas = "";

  constructor(application: Application, tools: ErrandTools) {
    this.#application = application;
    this.#tools = tools;
  }

  /** Returns at once: what is opened is opened beside the watching. */
  run(context: DecisionContext): void {
    const { clock, logbook } = this.#tools;
    const { primary } = context;
    if (this.#isOpening || logbook.running || primary === undefined) return;
    const errand = this.#due(context);
    if (!errand) {
      this.#tries = 0;
      return;
    }
    if (clock.monotonicMs() < this.#notBeforeMs || this.#isCalledOff(errand)) return;
    this.#isOpening = true;
    this.#tries = errand.kind === this.#lastWas ? this.#tries + 1 : 1;
    this.#lastWas = errand.kind;
    this.#notBeforeMs = clock.monotonicMs() + waitMs(this.#tries);
    this.#open(errand, primary)
      // It stays due, and is tried again; what it waits for is seen elsewhere.
      .catch(() => undefined)
      .finally(() => {
        this.#isOpening = false;
      });
  }

  #due(context: DecisionContext): Errand | undefined {
    const { primary, to } = context;
    const { clock, logbook, surveyor, payment } = this.#tools;
    const { survey } = surveyor;
    // Nothing can be opened without its Lease; what else is away there stays owed by itself.
    if (!isFound(survey.leases[to])) return undefined;
    const debts = logbook.debts.filter(({ owed, cluster }) => owed === FENCE && cluster === to);
    const [debt] = debts;
    if (debt) {
      const owes = debts.every(({ paidAt }) => paidAt !== undefined)
        ? `could pay the ${debt.owed} that it owed it only late`
        : `still owes it a ${debt.owed}`;
      const reason = `${to} answers, and ${debt.operation} ${owes}`;
      return { kind: payment, to, reason, cause: { debts } };
    }
    const { commit } = logbook;
    // The kill switch is for what is done because all is well; a debt is no move, and is paid.
    if (context.pausedBy !== undefined) return undefined;
    if (commit?.next === undefined || clock.monotonicMs() < commit.untilMs) return undefined;
    if (commit.operation.to !== primary) return undefined;
    // While it runs nothing moves, and what it takes down may be needed in a moment.
    const isWell = primaryVerdict(context)?.kind === "healthy" && !context.suspicion;
    if (!isWell || !answersWhole(this.#application, survey, to)) return undefined;
    const { id, commit: planned } = commit.operation;
    const reason = `the commit window of ${id} is over`;
    const cause = { commit: { operation: id, windowMs: planned?.windowMs ?? 0 } };
    return { kind: commit.next, to, reason, cause };
  }

  /** A human stopped the last one, and has not acknowledged that since. */
  #isCalledOff({ kind }: Errand): boolean {
    const { logbook, recollection } = this.#tools;
    const at = logbook.called.get(kind);
    return at !== undefined && (recollection.memory.acknowledged?.at ?? 0) <= at;
  }

  async #open({ kind, to, reason, cause }: Errand, from: string): Promise<void> {
    const { operations, surveyor, recollection, runbooks } = this.#tools;
    const runbook = runbooks.get(kind);
    const { primacy } = surveyor;
    if (!runbook || !("primary" in primacy) || primacy.primary !== from) return;
    const application = this.#application;
    const bindings = bindingsFor(
      application,
      { from, to, firstFailedAt: null },
      recollection.memory,
    );
    const opening = { application, runbook, from, to, bindings, known: primacy };
    await operations.open({ ...opening, by: DECISION, reason, cause });
  }
}

/** Has every workload and store there answered? */
function answersWhole({ workloads, data }: Application, survey: Survey, cluster: string): boolean {
  const looks = [
    ...workloads.map((name) => survey.workloads[cluster]?.[name]),
    ...data.map((name) => survey.stores[name]?.[cluster]),
  ];
  return looks.every(isFound);
}

function isFound(look: Found<unknown> | undefined): boolean {
  return look !== undefined && "found" in look;
}

/** At first soon, as where it flaps; later it is no use to try that often. */
function waitMs(tries: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(tries - 1, 10), LAST_MS);
}

const FIRST_MS = 5_000;
const LAST_MS = 600_000;
