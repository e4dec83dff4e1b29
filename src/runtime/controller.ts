import { canonical } from "../domain/canonical.ts";
import { GreenlightError } from "../domain/errors.ts";
import { type JournalEvent, LEDGER, type WatchFact } from "../domain/event.ts";
import { type Explanation, explain } from "../domain/explain.ts";
import type { Json } from "../domain/json.ts";
import { type Report, reportOf } from "../domain/report.ts";
import type { Runbook } from "../domain/runbook.ts";
import type { Operations } from "../engine/operations.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Digest } from "../engine/ports/digest.ts";
import type { Journal } from "../engine/ports/journal.ts";
import { openOnRequest, preview } from "../engine/request.ts";
import type {
  ApplicationStatus,
  Control,
  EventPage,
  OpenRequest,
  OperationSummary,
  PlanPreview,
} from "./control.ts";
import { type OperationDetail, operationDetailOf } from "./operation-detail.ts";
import type { Pipeline } from "./pipeline-loop.ts";

export interface ControllerTools {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly journal: Journal;
  /** Calls back after each append of this process; returns how to stop that. */
  readonly onAppend: (listener: () => void) => () => void;
  readonly operations: Operations;
  readonly runbooks: ReadonlyMap<string, Runbook>;
  /** By application. */
  readonly pipelines: ReadonlyMap<string, Pipeline>;
}

/** Answers people from the journal and from what the pipelines of this process know. */
export class Controller implements Control {
  readonly #tools: ControllerTools;
  /** By the operation's id: requests, one after the other. */
  readonly #opening = new Map<string, Promise<unknown>>();

  constructor(tools: ControllerTools) {
    this.#tools = tools;
  }

  async applications(): Promise<readonly ApplicationStatus[]> {
    return [...this.#tools.pipelines.values()].map(statusOf);
  }

  async application(name: string): Promise<ApplicationStatus> {
    return statusOf(this.#pipeline(name));
  }

  async explain(name: string): Promise<Explanation> {
    return explain(this.#pipeline(name).context());
  }

  async plan(name: string, kind: string): Promise<PlanPreview> {
    const seen = await preview(this.#runbook(kind), this.#pipeline(name));
    return { ...seen, hash: this.#tools.digest(canonical(seen.plan as unknown as Json)) };
  }

  async open(request: OpenRequest): Promise<{ readonly operation: string }> {
    const { by, idempotencyKey } = request;
    const id = `op-${this.#tools.digest(`${by}\n${idempotencyKey}`).slice(0, ID_DIGITS)}`;
    // The same request, sent twice at once, gets one answer: the second waits for the first.
    const before = this.#opening.get(id) ?? Promise.resolve();
    const opening = before.catch(() => undefined).then(() => this.#open(id, request));
    this.#opening.set(id, opening);
    try {
      return await opening;
    } finally {
      if (this.#opening.get(id) === opening) this.#opening.delete(id);
    }
  }

  async #open(id: string, request: OpenRequest): Promise<{ readonly operation: string }> {
    const { application, kind, by, reason } = request;
    const pipeline = this.#pipeline(application);
    const runbook = this.#runbook(kind);
    if (!(await this.#isSame(id, request)))
      await openOnRequest(runbook, { id, by, reason }, pipeline);
    return { operation: id };
  }

  async operations(filter: {
    readonly application?: string;
    readonly limit: number;
  }): Promise<readonly OperationSummary[]> {
    const heads = await this.#tools.journal.operations(filter);
    return await Promise.all(
      heads.map(async (head) => ({ ...head, state: (await this.operation(head.id)).state })),
    );
  }

  async operation(id: string): Promise<OperationDetail> {
    return operationDetailOf(id, await this.#tools.journal.read(id));
  }

  async abort(id: string, by: string): Promise<void> {
    await this.operation(id);
    await this.#tools.operations.abort(id, by);
  }

  async resume(id: string, by: string): Promise<void> {
    await this.operation(id);
    await this.#tools.operations.resume(id, by);
  }

  async pause(application: string | undefined, by: string, reason: string): Promise<void> {
    await this.#noteAll(application, { type: "application.paused", by, reason });
  }

  async unpause(application: string | undefined, by: string): Promise<void> {
    await this.#noteAll(application, { type: "application.unpaused", by });
  }

  async report(id: string): Promise<Report> {
    const report = reportOf(await this.#tools.journal.read(id));
    if (!report) throw new GreenlightError("GL_UNKNOWN", `there is no operation ${id}`);
    return report;
  }

  async events(after: number, waitMs: number, signal: AbortSignal): Promise<EventPage> {
    const { journal, clock, onAppend } = this.#tools;
    const done = new AbortController();
    const until = AbortSignal.any([signal, done.signal]);
    const stop = onAppend(() => done.abort(new Error("there is something")));
    try {
      const page = await journal.follow(after, PAGE);
      if (page.events.length > 0 || waitMs === 0) return page;
      await clock.sleep(waitMs, until).catch(() => signal.throwIfAborted());
      return await journal.follow(after, PAGE);
    } finally {
      stop();
      done.abort(new Error("answered"));
    }
  }

  async *journal(signal: AbortSignal): AsyncIterable<JournalEvent> {
    for (let position = 0; ; ) {
      signal.throwIfAborted();
      const page = await this.#tools.journal.follow(position, PAGE);
      if (page.events.length === 0) return;
      yield* page.events;
      position = page.position;
    }
  }

  async auditHead(): Promise<{ readonly seq: number; readonly hash: string }> {
    const last = (await this.#tools.journal.read(LEDGER)).at(-1);
    return { seq: last?.seq ?? 0, hash: last?.hash ?? "" };
  }

  async whyNotReady(): Promise<string | undefined> {
    await this.#tools.journal.follow(Number.MAX_SAFE_INTEGER, 1);
    const blind = [...this.#tools.pipelines.values()].find(
      ({ surveyor }) => surveyor.survey.at === 0,
    );
    return blind && `${blind.application.name} was not looked at yet`;
  }

  async #noteAll(application: string | undefined, fact: WatchFact): Promise<void> {
    const { pipelines } = this.#tools;
    const named =
      application === undefined ? [...pipelines.values()] : [this.#pipeline(application)];
    for (const { recollection, ring } of named) {
      recollection.note(fact);
      ring();
      await recollection.kept();
    }
  }

  /** Is there an operation of this id, and is it what is asked for? */
  async #isSame(id: string, { application, kind }: OpenRequest): Promise<boolean> {
    const events = await this.#tools.journal.read(id);
    const opened = events.find((event) => event.type === "operation.opened");
    if (!opened) return false;
    if (opened.plan.application === application && opened.plan.kind === kind) return true;
    throw new GreenlightError("GL_KEY_REUSED", `${opened.plan.kind} of ${opened.plan.application}`);
  }

  #pipeline(name: string): Pipeline {
    const found = this.#tools.pipelines.get(name);
    if (!found) throw new GreenlightError("GL_UNKNOWN", `there is no application ${name}`);
    return found;
  }

  #runbook(kind: string): Runbook {
    const found = this.#tools.runbooks.get(kind);
    if (!found) throw new GreenlightError("GL_UNKNOWN", `there is no runbook ${kind}`);
    return found;
  }
}

function statusOf({
  application,
  surveyor,
  recollection,
  logbook,
  context,
}: Pipeline): ApplicationStatus {
  const { name, home, standby } = application;
  const { primacy } = surveyor;
  const { paused } = recollection.memory;
  const known = "primary" in primacy ? primacy : { primary: null, epoch: null };
  return {
    name,
    home,
    standby,
    primary: known.primary,
    epoch: known.epoch,
    paused: paused ? { by: paused.by, reason: paused.reason } : null,
    clusters: Object.values(context().verdicts).map(({ cluster, kind: verdict }) => ({
      cluster,
      verdict,
    })),
    operation: logbook.running?.id ?? null,
  };
}

const ID_DIGITS = 20;
const PAGE = 1_000;
