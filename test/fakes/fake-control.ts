import { GreenlightError } from "../../src/domain/errors.ts";
import { type JournalEvent, LEDGER } from "../../src/domain/event.ts";
import { explain } from "../../src/domain/explain.ts";
import { reportOf } from "../../src/domain/report.ts";
import type {
  ApplicationStatus,
  Control,
  EventPage,
  OpenRequest,
  PlanPreview,
} from "../../src/runtime/control.ts";
import { operationDetailOf } from "../../src/runtime/operation-detail.ts";
import { application, LOST } from "./circumstances.ts";
import type { JournalStory } from "./journal-story.ts";
import { PLAN, tellSuccess } from "./operation-story.ts";

/** One application, `shop`, and the operations of the stories that it is told. */
export class FakeControl implements Control {
  /** What was told to it, in the order of telling. */
  readonly told: unknown[] = [];
  notReady: string | undefined;
  /** What every call answers with while it is set. */
  failure: unknown;
  refusals: readonly string[] = [];
  readonly #stories = new Map<string, JournalStory>([[PLAN.id, tellSuccess()]]);
  readonly #cuts = new Map<string, JournalEvent["type"]>();
  readonly #opened = new Map<string, string>();
  #paused: ApplicationStatus["paused"] = null;

  tell(story: JournalStory): void {
    this.#stories.set(story.plan.id, story);
  }

  /** The operation has only come as far as to before its first event of the type. */
  cut(id: string, type: JournalEvent["type"]): void {
    this.#cuts.set(id, type);
  }

  async applications() {
    return [await this.application("shop")];
  }

  async application(name: string): Promise<ApplicationStatus> {
    this.#known(name);
    return {
      name,
      home: "blue",
      standby: "green",
      primary: "green",
      epoch: 5,
      paused: this.#paused,
      clusters: [
        { cluster: "blue", verdict: "site-loss" },
        { cluster: "green", verdict: "healthy" },
      ],
      operation: null,
    };
  }

  async explain(name: string) {
    this.#known(name);
    return explain({ ...LOST, lastMoveEndedAt: LOST.now - 1000 });
  }

  async plan(name: string, kind: string): Promise<PlanPreview> {
    this.#known(name);
    if (kind === "unsafe") throw new GreenlightError("GL_PLAN_UNSAFE", "scale comes too late");
    if (kind !== "failover") throw new GreenlightError("GL_UNKNOWN", `there is no runbook ${kind}`);
    const pending = [
      { step: "scale-shop", why: "0 replicas, not 3" },
      { step: "primary", why: "the primary is blue" },
    ];
    return { plan: PLAN, hash: "5".repeat(64), refusals: this.refusals, pending };
  }

  async open(request: OpenRequest) {
    this.#known(request.application);
    const { idempotencyKey, ...rest } = request;
    const known = this.#opened.get(idempotencyKey);
    if (known !== undefined && known !== JSON.stringify(rest))
      throw new GreenlightError("GL_KEY_REUSED", idempotencyKey);
    if (known === undefined) this.told.push({ open: request });
    this.#opened.set(idempotencyKey, JSON.stringify(rest));
    return { operation: PLAN.id };
  }

  async operations({ application: name, limit }: { application?: string; limit: number }) {
    this.#check();
    return [...this.#stories.values()]
      .map(({ plan, events }) => {
        const { state, openedAt } = operationDetailOf(plan.id, events);
        const end = events.find(({ type }) => type === "operation.ended");
        const { id, kind, epoch } = plan;
        const head = { id, kind, epoch, application: plan.application, openedAt, state };
        return end ? { ...head, ended: { at: end.at, outcome: state } } : head;
      })
      .filter((head) => name === undefined || head.application === name)
      .slice(0, limit);
  }

  async operation(id: string) {
    return operationDetailOf(id, this.#eventsOf(id));
  }

  async abort(id: string, by: string) {
    this.#eventsOf(id);
    this.told.push({ abort: id, by });
  }

  async resume(id: string, by: string) {
    this.#eventsOf(id);
    this.told.push({ resume: id, by });
  }

  async pause(name: string | undefined, by: string, reason: string) {
    this.#known(name ?? "shop");
    this.#paused = { by, reason };
    this.told.push({ pause: name, by, reason });
  }

  async unpause(name: string | undefined, by: string) {
    this.#known(name ?? "shop");
    this.#paused = null;
    this.told.push({ unpause: name, by });
  }

  async report(id: string) {
    const report = reportOf(this.#eventsOf(id));
    if (!report) throw new GreenlightError("GL_UNKNOWN", `there is no operation ${id}`);
    return report;
  }

  async events(after: number, waitMs: number, signal: AbortSignal): Promise<EventPage> {
    this.#check();
    const all = this.#all();
    if (after >= all.length && waitMs > 0) await whenAborted(signal);
    return { events: all.slice(after), position: Math.max(after, all.length) };
  }

  async *journal(): AsyncIterable<JournalEvent> {
    this.#check();
    for (const event of this.#all()) yield event;
  }

  async auditHead() {
    const last = this.#all().findLast(({ stream }) => stream === LEDGER);
    return { seq: last?.seq ?? 0, hash: last?.hash ?? "" };
  }

  async whyNotReady() {
    return this.notReady;
  }

  #all(): readonly JournalEvent[] {
    return [...this.#stories.values()].flatMap(({ journal }) => journal);
  }

  #eventsOf(id: string): readonly JournalEvent[] {
    this.#check();
    const story = this.#stories.get(id);
    if (!story) throw new GreenlightError("GL_UNKNOWN", `there is no operation ${id}`);
    const end = story.events.findIndex(({ type }) => type === this.#cuts.get(id));
    return end < 0 ? story.events : story.events.slice(0, end);
  }

  #known(name: string): void {
    this.#check();
    if (name !== application.name)
      throw new GreenlightError("GL_UNKNOWN", `there is no application ${name}`);
  }

  #check(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
