import { createPrivatePem, createSigner } from "../../src/adapters/signing/ed25519.ts";
import { canonical } from "../../src/domain/canonical.ts";
import { GreenlightError } from "../../src/domain/errors.ts";
import type { JournalEvent } from "../../src/domain/event.ts";
import { explain } from "../../src/domain/explain.ts";
import { reportOf } from "../../src/domain/report.ts";
import { storedReport } from "../../src/engine/clerk.ts";
import type { Accepted, OpenRequest, RollbackRequest } from "../../src/runtime/control/opening.ts";
import type {
  ApplicationStatus,
  AuditCheckpoint,
  Control,
  EventPage,
  PlanPreview,
} from "../../src/runtime/control.ts";
import { operationDetailOf } from "../../src/runtime/operation-detail.ts";
import { application, LOST } from "./circumstances.ts";
import { createFakeDrills } from "./fake-drills.ts";
import { followFake, whenAborted } from "./fake-follow.ts";
import { ledgerCheckpoint, ledgerHead } from "./fake-ledger.ts";
import { type JournalStory, sha256 } from "./journal-story.ts";
import { PLAN, tellSuccess } from "./operation-story.ts";

/** One application, `shop`, and the operations of the stories that it is told. */
export class FakeControl implements Control {
  /** What was told to it, in the order of telling. */
  readonly told: unknown[] = [];
  readonly signer = createSigner(createPrivatePem());
  notReady: string | undefined;
  /** What every call answers with while it is set. */
  failure: unknown;
  refusals: readonly string[] = [];
  /** The operation that others must agree to first. */
  awaiting: string | undefined;
  readonly #stories = new Map<string, JournalStory>([[PLAN.id, tellSuccess()]]);
  readonly #cuts = new Map<string, JournalEvent["type"]>();
  readonly #opened = new Map<string, string>();
  #paused: ApplicationStatus["paused"] = null;
  readonly #drills = createFakeDrills({ open: (request) => this.open(request) });
  readonly drills = this.#drills.drills;
  readonly runDrill = this.#drills.runDrill;

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

  async explain(name: string, kind?: string) {
    this.#known(name);
    const request = { from: "blue", to: "green", people: 2, refusals: this.refusals };
    const explained = explain({ ...LOST, lastMoveEndedAt: LOST.now - 1000 });
    return { ...explained, ...(kind !== undefined && { request: { kind, ...request } }) };
  }

  async plan(name: string, kind: string): Promise<PlanPreview> {
    this.#known(name);
    if (kind === "unsafe") throw new GreenlightError("GL_PLAN_UNSAFE", "scale comes too late");
    if (kind !== "failover") throw new GreenlightError("GL_UNKNOWN", `there is no runbook ${kind}`);
    const pending = [
      { step: "scale-shop", why: "0 replicas, not 3" },
      { step: "primary", why: "the primary is blue" },
    ];
    const { refusals } = this;
    return { plan: PLAN, hash: "5".repeat(64), people: 1, refusals, pending };
  }

  async open(request: OpenRequest): Promise<Accepted> {
    this.#known(request.application);
    if (this.refusals.length > 0) throw new GreenlightError("GL_REFUSED", this.refusals.join("; "));
    const { idempotencyKey, ...rest } = request;
    const known = this.#opened.get(idempotencyKey);
    if (known !== undefined && known !== JSON.stringify(rest))
      throw new GreenlightError("GL_KEY_REUSED", idempotencyKey);
    if (known === undefined) this.told.push({ open: request });
    this.#opened.set(idempotencyKey, JSON.stringify(rest));
    return this.#accepted(PLAN.id);
  }

  async approve(id: string, by: string): Promise<Accepted> {
    this.#check();
    if (id !== this.awaiting) throw new GreenlightError("GL_UNKNOWN", `nobody asked for ${id}`);
    this.awaiting = undefined;
    this.told.push({ approve: id, by });
    return this.#accepted(id);
  }

  async rollback(request: RollbackRequest): Promise<Accepted> {
    this.#eventsOf(request.operation);
    this.told.push({ rollback: request });
    return this.#accepted(PLAN.id);
  }

  async acknowledge(name: string, by: string) {
    this.#known(name);
    this.told.push({ acknowledge: name, by });
  }

  #accepted(operation: string): Accepted {
    return operation === this.awaiting
      ? { operation, state: "awaiting-approval", expiresAt: 1_000_000 }
      : { operation, state: "running" };
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

  async reports({ application: name, kind, limit }: Parameters<Control["reports"]>[0]) {
    this.#check();
    return [...this.#stories.values()]
      .flatMap(({ events }) => storedReport(events, sha256) ?? [])
      .filter((head) => name === undefined || head.application === name)
      .filter((head) => kind === undefined || head.kind === kind)
      .map((report) => {
        const { body: _, ...head } = report;
        return head;
      })
      .slice(0, limit);
  }

  async reportBody(id: string) {
    const body = canonical(await this.report(id));
    return { body, sha256: sha256(body) };
  }

  async auditKey() {
    return { key: this.signer.key, publicKey: this.signer.publicKey };
  }

  async auditCheckpoint(): Promise<AuditCheckpoint> {
    this.#check();
    return ledgerCheckpoint(this.#all(), this.signer);
  }

  async events(after: number, waitMs: number, signal: AbortSignal): Promise<EventPage> {
    this.#check();
    const all = this.#all();
    if (after >= all.length && waitMs > 0) await whenAborted(signal);
    return { events: all.slice(after), position: Math.max(after, all.length) };
  }

  follow(after: number, options: Parameters<Control["follow"]>[1]) {
    this.#check();
    return followFake(this.#all(), after, options);
  }

  async *journal(): AsyncIterable<JournalEvent> {
    this.#check();
    for (const event of this.#all()) yield event;
  }

  async auditHead() {
    return ledgerHead(this.#all());
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
