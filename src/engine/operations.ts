import { canonical } from "../domain/canonical.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { JournalEvent, OperationFact } from "../domain/event.ts";
import type { Job } from "../domain/job.ts";
import type { Json } from "../domain/json.ts";
import type { OperationPlan, PlannedStep } from "../domain/plan.ts";
import { runAttempt } from "./attempt.ts";
import type { Authority, AuthorityTools } from "./authority.ts";
import { Bell } from "./bell.ts";
import { abort, recall, resume } from "./command.ts";
import { abandonable } from "./deadline.ts";
import { planOf } from "./drive.ts";
import { type Led, lead } from "./lead.ts";
import type { News } from "./news.ts";
import { notDue, type Opening, planned } from "./opening.ts";
import { Payments } from "./payment.ts";
import type { Chance } from "./ports/chance.ts";
import type { Digest } from "./ports/digest.ts";
import type { Journal } from "./ports/journal.ts";
import type { Queue } from "./ports/queue.ts";
import { takeOver, win } from "./preemption.ts";
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
  /** See `LeadTools`. */
  readonly onTaken?: ((plan: OperationPlan) => void) | undefined;
  /** See `LeadTools`. */
  readonly answers?: ((step: PlannedStep, plan: OperationPlan) => boolean) | undefined;
  /** See `LeadTools`. */
  readonly isAlone?: (() => boolean) | undefined;
}

/** The operations that this process leads. */
export class Operations {
  readonly #tools: OperationTools;
  readonly #led = new Map<string, Led>();
  readonly #leading = new Set<Promise<void>>();
  /** Nothing more is begun for them, whatever the queue still has. */
  readonly #preempted = new Set<string>();
  /** By application: openings, one after the other. */
  readonly #opening = new Map<string, Promise<unknown>>();

  constructor(tools: OperationTools) {
    this.#tools = tools;
    // A worker elsewhere had a result: what waits for it is due.
    tools.queue.onOver?.(() => {
      for (const { bell } of this.#led.values()) bell.ring();
    });
  }

  /**
   * Wins the right to act, journals the whole plan, and starts to lead it. Resolves with its id once
   * the journal has it. Rejects with GL_PLAN_UNSAFE, GL_REFUSED where it
   * is not the plan that was agreed to, GL_LEASE_HELD while another operation of the
   * application is open that it does not preempt, or as `acquire` does; then nothing was changed but
   * perhaps the epoch.
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
    planned(runbook, { ...opening, id, epoch: opening.known.epoch + 1 });
    const rehearsed = await this.#preemptedBy(opening);
    const wanted = {
      application: application.name,
      operation: id,
      decisive: to,
      primary: from,
      epoch: { above: opening.known },
      all: runbook.leases === "all",
      // Another process may have opened one since, and died of it: that one is resumed.
      confirm: async () => void (await this.#preemptedBy(opening)),
    };
    // What it preempts may never act again once the epoch is raised: not for nothing.
    if (opening.isStillDue?.() === false) throw notDue();
    const authority = await win(wanted, rehearsed !== undefined, this.#tools);
    // What was preempted can't go on any more: it takes this one to take back what that one did.
    if (!rehearsed && opening.isStillDue?.() === false) {
      await authority.release();
      throw notDue();
    }
    try {
      const found = rehearsed ? await this.#stop(rehearsed.id) : [];
      const own = planned(runbook, { ...opening, id, epoch: authority.epoch });
      // What it takes over from another was in nobody's plan when people agreed to it.
      const ownHash = this.#hashOf(own);
      if (ownHash !== (opening.planHash ?? ownHash))
        throw new GreenlightError("GL_REFUSED", "it is no longer the plan that was agreed to");
      const plan = takeOver(own, found);
      const { by, reason, cause } = opening;
      const planHash = this.#hashOf(plan);
      await this.#record({ type: "operation.opened", plan, planHash, by, reason, cause }, plan);
      this.#start(id, authority);
      this.#tools.onNews({ plan, state: "opened", why: reason });
      return plan;
    } catch (error) {
      this.#preempted.delete(rehearsed?.id ?? "");
      await authority.release();
      throw error;
    } finally {
      // It ends by what it then finds in the journal.
      if (rehearsed) this.#start(rehearsed.id, undefined);
    }
  }

  #hashOf(plan: OperationPlan): string {
    return this.#tools.digest(canonical(plan as unknown as Json));
  }

  /** The open operation that it does not wait for, if there is one. */
  async #preemptedBy({ application, preempts }: Opening): Promise<OperationPlan | undefined> {
    const { journal } = this.#tools;
    const [newest] = await journal.operations({ application: application.name, limit: 1 });
    if (!newest || newest.ended) return undefined;
    const plan = preempts ? planOf(await journal.read(newest.id)) : undefined;
    if (plan?.ends === "restore") return plan;
    throw new GreenlightError("GL_LEASE_HELD", `${newest.id} is not ended`);
  }

  /** What it had done by then: nothing of it goes on in this process, and no other one leads it. */
  async #stop(id: string): Promise<readonly JournalEvent[]> {
    const { clock, journal, signal } = this.#tools;
    const led = this.#led.get(id);
    this.#preempted.add(id);
    led?.stop.abort(new Error("it is preempted"));
    const bound = AbortSignal.any([signal, clock.timeout(STOP_MS)]);
    const attempts = [...(led?.attempts ?? [])];
    await abandonable(() => Promise.allSettled(attempts), bound).catch(() => undefined);
    return await journal.read(id);
  }

  /**
   * Looks after what another process opened since, until the signal aborts: what that one leads is
   * waited for. A journal that is away is asked again.
   */
  async run(): Promise<void> {
    const { clock, signal } = this.#tools;
    while (!signal.aborted) {
      await clock.sleep(RESUME_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.resumeAll().catch(() => undefined);
    }
  }

  /** Goes on with everything that the journal says is open. */
  async resumeAll(): Promise<void> {
    for (const id of await this.#tools.journal.openOperations())
      if (!this.#led.has(id)) this.#start(id, undefined);
  }

  /** What a worker does with a job. */
  async attempt(job: Job): Promise<void> {
    if (this.#preempted.has(job.operation)) return;
    const led = this.#led.get(job.operation);
    if (!led) return await runAttempt(job, this.#tools);
    const signal = led.signal ?? led.stopped;
    const attempt = runAttempt(job, { ...this.#tools, signal }).finally(() => {
      led.attempts.delete(attempt);
      led.bell.ring();
    });
    led.attempts.add(attempt);
    await attempt;
  }

  /** Does this process lead it, with the right to act? */
  leads(id: string): boolean {
    return this.#led.get(id)?.signal?.aborted === false;
  }

  /** See `abort` of the commands. */
  async abort(id: string, by: string): Promise<void> {
    await abort(id, by, this.#tools);
    this.#led.get(id)?.bell.ring();
  }

  /** See `recall` of the commands. */
  async recall(id: string, by: string): Promise<void> {
    await recall(id, by, this.#tools);
    this.#led.get(id)?.bell.ring();
  }

  /** See `resume` of the commands. */
  async resume(id: string, by: string): Promise<void> {
    await resume(id, by, this.#tools);
    this.#led.get(id)?.bell.ring();
  }

  /** After the process was told to stop: until nothing is led any more. */
  async drained(): Promise<void> {
    await Promise.all(this.#leading);
  }

  #start(id: string, authority: Authority | undefined): void {
    const stop = new AbortController();
    const stopped = AbortSignal.any([this.#tools.signal, stop.signal]);
    const signal = authority && AbortSignal.any([authority.signal, stopped]);
    const payments = new Payments(this.#tools.clock, this.#tools.answers);
    const isKnown = authority !== undefined;
    const own = { bell: new Bell(), payments, attempts: new Set<Promise<void>>(), isKnown };
    const led: Led = { ...own, signal, stop, stopped };
    this.#led.set(id, led);
    const leading = lead(id, { led, authority }, { ...this.#tools, signal: stopped })
      .catch(() => undefined)
      .finally(() => {
        if (this.#led.get(id) === led) this.#led.delete(id);
        this.#leading.delete(leading);
      });
    this.#leading.add(leading);
  }

  async #record(fact: OperationFact, { id, epoch }: OperationPlan): Promise<void> {
    const at = this.#tools.clock.wallMs();
    await this.#tools.journal.append({ ...fact, stream: id, epoch, at });
  }
}

/** What was begun is told to stop at once; one that does not listen loses by its epoch. */
const STOP_MS = 200;
const RESUME_MS = 1_000;
