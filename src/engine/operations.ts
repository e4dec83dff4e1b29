import type { Application } from "../domain/application.ts";
import { canonical } from "../domain/canonical.ts";
import { GreenlightError, reasonOf } from "../domain/errors.ts";
import type { OperationFact, Outcome } from "../domain/event.ts";
import type { Job } from "../domain/job.ts";
import type { Json } from "../domain/json.ts";
import type { OperationPlan } from "../domain/plan.ts";
import { planFor } from "../domain/planning.ts";
import type { Bindings, Runbook } from "../domain/runbook.ts";
import { pointOfNoReturn, whyHeld } from "./advance.ts";
import { runAttempt } from "./attempt.ts";
import { type Authority, type AuthorityTools, acquire } from "./authority.ts";
import { Bell } from "./bell.ts";
import { drive, planOf } from "./drive.ts";
import type { Chance } from "./ports/chance.ts";
import type { Digest } from "./ports/digest.ts";
import type { Journal } from "./ports/journal.ts";
import type { Queue } from "./ports/queue.ts";
import type { Binder } from "./work.ts";

export interface OperationTools extends AuthorityTools {
  readonly chance: Chance;
  readonly digest: Digest;
  readonly journal: Journal;
  readonly queue: Queue;
  readonly binder: Binder;
  /** Between two looks at a target that can't tell of its changes. */
  readonly pollMs: number;
  /** Told after each change of an operation that people should know of. */
  readonly onNews: (news: News) => void;
}

export interface News {
  readonly plan: OperationPlan;
  readonly state: "opened" | "held" | "waiting" | Outcome;
  readonly why?: string;
}

export interface Opening {
  /** Given where the same request must be the same operation; else by chance. */
  readonly id?: string;
  readonly application: Application;
  readonly runbook: Runbook;
  readonly from: string;
  readonly to: string;
  readonly bindings: Bindings;
  /** The highest epoch that was seen anywhere: the new one is above it. */
  readonly epoch: number;
  readonly by: string;
  readonly reason: string;
  readonly cause: Json;
}

/** The operations that this process leads. */
export class Operations {
  readonly #tools: OperationTools;
  readonly #led = new Map<string, { readonly bell: Bell; signal: AbortSignal }>();
  readonly #leading = new Set<Promise<void>>();

  constructor(tools: OperationTools) {
    this.#tools = tools;
  }

  /**
   * Wins the right to act, journals the whole plan, and starts to lead it. Resolves with its id once
   * the journal has it. Rejects with GL_PLAN_UNSAFE, or as `acquire` does; then nothing was changed
   * but perhaps the epoch.
   */
  async open(opening: Opening): Promise<OperationPlan> {
    const { application, from, to, runbook } = opening;
    const id = opening.id ?? `op-${this.#tools.chance.id()}`;
    // Once without authority: a plan that would be refused must not cost an epoch.
    planned(runbook, { ...opening, id, epoch: opening.epoch + 1 });
    const wanted = {
      application: application.name,
      operation: id,
      decisive: to,
      primary: from,
      epoch: { above: opening.epoch },
    };
    const authority = await acquire(wanted, this.#tools);
    try {
      const plan = planned(runbook, { ...opening, id, epoch: authority.epoch });
      const { by, reason, cause } = opening;
      const planHash = this.#tools.digest(canonical(plan as unknown as Json));
      await this.#record({ type: "operation.opened", plan, planHash, by, reason, cause }, plan);
      this.#start(id, authority);
      this.#tools.onNews({ plan, state: "opened", why: reason });
      return plan;
    } catch (error) {
      await authority.release();
      throw error;
    }
  }

  /** Goes on with everything that the journal says is open. */
  async resumeAll(): Promise<void> {
    for (const id of await this.#tools.journal.openOperations())
      if (!this.#led.has(id)) this.#start(id, undefined);
  }

  /** What a worker does with a job. */
  async attempt(job: Job): Promise<void> {
    const led = this.#led.get(job.operation);
    try {
      await runAttempt(job, { ...this.#tools, signal: led?.signal ?? this.#tools.signal });
    } finally {
      led?.bell.ring();
    }
  }

  /**
   * A running one is stopped and taken back; a held one ends as it is. Rejects with GL_REFUSED past
   * the point of no return, GL_CONFLICT where it has ended.
   */
  async abort(id: string, by: string): Promise<void> {
    const events = await this.#tools.journal.read(id);
    const plan = planOf(events);
    if (events.some(({ type }) => type === "operation.ended"))
      throw new GreenlightError("GL_CONFLICT", `${id} has ended`);
    if (whyHeld(events) !== undefined) {
      const reason = `ended as it is by ${by}`;
      await this.#record({ type: "operation.ended", outcome: "held", reason }, plan);
    } else {
      const final = pointOfNoReturn(plan, events);
      if (final) throw new GreenlightError("GL_REFUSED", `${final.id} can't be taken back`);
      await this.#record({ type: "operation.aborting", by }, plan);
    }
    this.#led.get(id)?.bell.ring();
  }

  /** Has a held one go on. Rejects with GL_CONFLICT where it is not held. */
  async resume(id: string, by: string): Promise<void> {
    const events = await this.#tools.journal.read(id);
    const plan = planOf(events);
    const held = events.findLast((event) => event.type === "operation.held");
    const ended = events.some(({ type }) => type === "operation.ended");
    if (!held || whyHeld(events) === undefined || ended)
      throw new GreenlightError("GL_CONFLICT", `${id} is not held`);
    await this.#record({ type: "operation.resumed", number: held.number, by }, plan);
    this.#led.get(id)?.bell.ring();
  }

  /** After the process was told to stop: until nothing is led any more. */
  async drained(): Promise<void> {
    await Promise.all(this.#leading);
  }

  #start(id: string, authority: Authority | undefined): void {
    const led = { bell: new Bell(), signal: authority?.signal ?? this.#tools.signal };
    this.#led.set(id, led);
    const leading = this.#lead(id, { led, authority })
      .catch(() => undefined)
      .finally(() => {
        this.#led.delete(id);
        this.#leading.delete(leading);
      });
    this.#leading.add(leading);
  }

  /** Until it ends or the process does. */
  async #lead(
    id: string,
    {
      led,
      authority: first,
    }: { led: { bell: Bell; signal: AbortSignal }; authority: Authority | undefined },
  ): Promise<void> {
    const { clock, journal, queue, signal, onNews } = this.#tools;
    let authority = first;
    while (!signal.aborted) {
      const plan = planOf(await journal.read(id));
      try {
        authority ??= await this.#retake(plan, led.bell);
        if (!authority) return;
        led.signal = authority.signal;
        const outcome = await drive(id, {
          clock,
          journal,
          queue,
          bell: led.bell,
          signal: led.signal,
        });
        if (outcome !== "waiting") return onNews({ plan, state: outcome });
        onNews({ plan, state: "held", why: whyHeld(await journal.read(id)) ?? "" });
        await authority.release();
        await this.#untilAnswered(id, led.bell);
      } catch (error) {
        if (!signal.aborted) onNews({ plan, state: "waiting", why: reasonOf(error) });
      } finally {
        await authority?.release();
        authority = undefined;
        led.signal = signal;
      }
    }
  }

  /** The Lease again, at the epoch of the plan; undefined when the operation has ended meanwhile. */
  async #retake(plan: OperationPlan, bell: Bell): Promise<Authority | undefined> {
    const { application, id: operation, to: decisive, from: primary, epoch } = plan;
    for (let tries = 0; ; tries += 1) {
      const events = await this.#tools.journal.read(operation);
      if (events.some(({ type }) => type === "operation.ended")) return undefined;
      const wanted = { application, operation, decisive, primary, epoch: { same: epoch } };
      try {
        return await acquire(wanted, this.#tools);
      } catch (error) {
        this.#tools.signal.throwIfAborted();
        if (tries === 0) this.#tools.onNews({ plan, state: "waiting", why: reasonOf(error) });
        await bell.wait(RETAKE_MS, this.#tools);
      }
    }
  }

  async #untilAnswered(id: string, bell: Bell): Promise<void> {
    for (;;) {
      const events = await this.#tools.journal.read(id);
      if (whyHeld(events) === undefined) return;
      if (events.some(({ type }) => type === "operation.ended")) return;
      await bell.wait(ANSWER_POLL_MS, this.#tools);
    }
  }

  async #record(fact: OperationFact, { id, epoch }: OperationPlan): Promise<void> {
    const at = this.#tools.clock.wallMs();
    await this.#tools.journal.append({ ...fact, stream: id, epoch, at });
  }
}

function planned(runbook: Runbook, circumstances: Parameters<typeof planFor>[1]): OperationPlan {
  const result = planFor(runbook, circumstances);
  if ("refused" in result) throw new GreenlightError("GL_PLAN_UNSAFE", result.refused);
  return result.plan;
}

const RETAKE_MS = 1_000;
const ANSWER_POLL_MS = 1_000;
