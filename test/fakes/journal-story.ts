import { createHash } from "node:crypto";
import { canonical } from "../../src/domain/canonical.ts";
import type { Cause } from "../../src/domain/cause.ts";
import { NO_PREVIOUS } from "../../src/domain/chain.ts";
import { type Draft, type Fact, type JournalEvent, LEDGER } from "../../src/domain/event.ts";
import type { Json } from "../../src/domain/json.ts";
import type { OperationPlan } from "../../src/domain/plan.ts";

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** 2026-11-22T15:00:00.000Z: where every story begins. */
export const ONCE = 1_795_359_600_000;

/** What happened in one operation, told in any order, kept in the order of time as a journal would. */
export class JournalStory {
  readonly plan: OperationPlan;
  readonly #told: { readonly offsetMs: number; readonly fact: Fact }[] = [];

  constructor(plan: OperationPlan) {
    this.plan = plan;
  }

  /** The operation's stream and the ledger, chained. */
  get journal(): readonly JournalEvent[] {
    const { id: operation, epoch } = this.plan;
    const kept: JournalEvent[] = [];
    for (const { offsetMs, fact } of this.#told.toSorted((a, b) => a.offsetMs - b.offsetMs)) {
      const at = ONCE + offsetMs;
      const event = chain(kept, { ...fact, stream: operation, epoch, at });
      kept.push(event);
      if (fact.type !== "operation.opened" && fact.type !== "operation.ended") continue;
      const note = { operation, noted: event.seq, notedHash: event.hash };
      kept.push(chain(kept, { type: "ledger.noted", ...note, stream: LEDGER, epoch, at }));
    }
    return kept;
  }

  get events(): readonly JournalEvent[] {
    return this.journal.filter((event) => event.stream === this.plan.id);
  }

  tell(offsetMs: number, fact: Fact): this {
    this.#told.push({ offsetMs, fact });
    return this;
  }

  open(offsetMs: number, cause: Cause): this {
    const by = "request" in cause ? cause.request.by : "decision";
    const reason = "request" in cause ? cause.request.reason : cause.verdict.evidence.join("; ");
    const planHash = sha256(canonical(this.plan));
    const plan = this.plan;
    return this.tell(offsetMs, { type: "operation.opened", plan, planHash, by, reason, cause });
  }

  /** One attempt of a step that reached its state: when it began and ended, what it saw. */
  reach(step: string, [from, to]: readonly [number, number], seen: Seen = {}): this {
    const { attempt = 1, after, ...before } = seen;
    const deadline = ONCE + from + 5000;
    this.tell(from, { type: "step.intended", step, attempt, deadline, ...before });
    const result = after === undefined ? {} : { after };
    return this.tell(to, { type: "step.reached", step, attempt, ...result });
  }

  /** One attempt that failed when its time was over. */
  fail(step: string, [from, to]: readonly [number, number], failure: Failure): this {
    const { reason, before, attempt = 1 } = failure;
    const intent = {
      step,
      attempt,
      deadline: ONCE + to,
      ...(before !== undefined && { before }),
    };
    this.tell(from, { type: "step.intended", ...intent });
    return this.tell(to, { type: "step.failed", step, attempt, reason });
  }
}

interface Seen {
  readonly attempt?: number;
  readonly before?: Json;
  readonly after?: Json;
}

interface Failure {
  readonly attempt?: number;
  readonly reason: string;
  readonly before?: Json;
}

/** The next record of its stream, read back as from a disk. */
function chain(kept: readonly JournalEvent[], draft: Draft): JournalEvent {
  const stream = kept.filter((event) => event.stream === draft.stream);
  const previous = stream.at(-1)?.hash ?? NO_PREVIOUS;
  const chained = { ...draft, seq: stream.length + 1, previous };
  return JSON.parse(canonical({ ...chained, hash: sha256(canonical(chained)) }));
}
