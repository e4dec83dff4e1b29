import type { Application } from "../domain/application.ts";
import { canonical } from "../domain/canonical.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { OperationFact } from "../domain/event.ts";
import type { Job } from "../domain/job.ts";
import type { Json } from "../domain/json.ts";
import type { OperationPlan } from "../domain/plan.ts";
import { planFor } from "../domain/planning.ts";
import type { Bindings, Runbook } from "../domain/runbook.ts";
import { pointOfNoReturn, whyHeld } from "./advance.ts";
import { runAttempt } from "./attempt.ts";
import { type Authority, type AuthorityTools, acquire } from "./authority.ts";
import { Bell } from "./bell.ts";
import { planOf } from "./drive.ts";
import { isEnded, type Led, lead } from "./lead.ts";
import type { News } from "./news.ts";
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
  readonly #led = new Map<string, Led>();
  readonly #leading = new Set<Promise<void>>();
  /** By application: openings, one after the other. */
  readonly #opening = new Map<string, Promise<unknown>>();

  constructor(tools: OperationTools) {
    this.#tools = tools;
  }

  /**
   * Wins the right to act, journals the whole plan, and starts to lead it. Resolves with its id once
   * the journal has it. Rejects with GL_PLAN_UNSAFE, GL_LEASE_HELD while another operation of the
   * application is open, or as `acquire` does; then nothing was changed but perhaps the epoch.
   */
  async open(opening: Opening): Promise<OperationPlan> {
    const { name } = opening.application;
    const before = this.#opening.get(name) ?? Promise.resolve();
    const opened = before.catch(() => undefined).then(() => this.#open(opening));
    this.#opening.set(name, opened);
    return await opened;
  }

  async #open(opening: Opening): Promise<OperationPlan> {
    const { application, from, to, runbook } = opening;
    const id = opening.id ?? `op-${this.#tools.chance.id()}`;
    // Once without authority: a plan that would be refused must not cost an epoch.
    planned(runbook, { ...opening, id, epoch: opening.epoch + 1 });
    const [newest] = await this.#tools.journal.operations({
      application: application.name,
      limit: 1,
    });
    if (newest && !newest.ended)
      throw new GreenlightError("GL_LEASE_HELD", `${newest.id} is not ended`);
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
   * What a human asks for: a running one is stopped and taken back, a held one ends as it is.
   * Rejects with GL_REFUSED past the point of no return, GL_CONFLICT where it has ended.
   */
  async abort(id: string, by: string): Promise<void> {
    const events = await this.#tools.journal.read(id);
    if (whyHeld(events) === undefined || isEnded(events)) return await this.recall(id, by);
    const reason = `ended as it is by ${by}`;
    await this.#record({ type: "operation.ended", outcome: "held", reason }, planOf(events));
    this.#led.get(id)?.bell.ring();
  }

  /** Stops a running one and takes it back. Rejects like `abort`, and where it is held. */
  async recall(id: string, by: string): Promise<void> {
    const events = await this.#tools.journal.read(id);
    const plan = planOf(events);
    if (isEnded(events)) throw new GreenlightError("GL_CONFLICT", `${id} has ended`);
    if (whyHeld(events) !== undefined) throw new GreenlightError("GL_REFUSED", `${id} is held`);
    const final = pointOfNoReturn(plan, events);
    if (final) throw new GreenlightError("GL_REFUSED", `${final.id} can't be taken back`);
    await this.#record({ type: "operation.aborting", by }, plan);
    this.#led.get(id)?.bell.ring();
  }

  /** Has a held one go on. Rejects with GL_CONFLICT where it is not held. */
  async resume(id: string, by: string): Promise<void> {
    const events = await this.#tools.journal.read(id);
    const plan = planOf(events);
    const held = events.findLast((event) => event.type === "operation.held");
    if (!held || whyHeld(events) === undefined || isEnded(events))
      throw new GreenlightError("GL_CONFLICT", `${id} is not held`);
    await this.#record({ type: "operation.resumed", number: held.number, by }, plan);
    this.#led.get(id)?.bell.ring();
  }

  /** After the process was told to stop: until nothing is led any more. */
  async drained(): Promise<void> {
    await Promise.all(this.#leading);
  }

  #start(id: string, authority: Authority | undefined): void {
    const led: Led = { bell: new Bell(), signal: authority?.signal };
    this.#led.set(id, led);
    const leading = lead(id, { led, authority }, this.#tools)
      .catch(() => undefined)
      .finally(() => {
        this.#led.delete(id);
        this.#leading.delete(leading);
      });
    this.#leading.add(leading);
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
