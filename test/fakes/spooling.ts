import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { sha256 } from "../../src/adapters/digest/sha256.ts";
import type { AppendHow } from "../../src/adapters/journal/base-journal.ts";
import { Spool } from "../../src/adapters/journal/spool.ts";
import { SpooledJournal } from "../../src/adapters/journal/spooled-journal.ts";
import { GreenlightError } from "../../src/domain/errors.ts";
import type { Draft } from "../../src/domain/event.ts";
import type { OperationPlan } from "../../src/domain/plan.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import { MemoryJournal } from "./memory-journal.ts";

/** A journal behind a line that is cut, that hangs, or that loses answers. */
class Line extends MemoryJournal {
  /** What each call rejects with meanwhile. */
  failure: unknown;
  /** Calls wait until `wake`; what nobody waits for any more is then done all the same. */
  hangs = false;
  losesAnswers = false;
  /** Before each append is done. */
  onAppend: ((draft: Draft) => Promise<unknown>) | undefined;
  /** One for each append that was asked for. */
  readonly asked: AppendHow[] = [];
  readonly #waiting: (() => void)[] = [];

  set isCut(isCut: boolean) {
    this.failure = isCut ? away() : undefined;
  }

  override async append(draft: Draft, how: AppendHow = {}) {
    const { after } = how;
    this.asked.push(how);
    await this.demand();
    await this.onAppend?.(draft);
    const last = await super.last(draft.stream);
    if (after && after.seq !== (last?.seq ?? 0)) throw CLASH;
    const event = await super.append(draft);
    if (this.losesAnswers) throw away();
    return event;
  }

  override async read(stream: string) {
    await this.demand();
    return await super.read(stream);
  }

  override async operations(options: { readonly application?: string; readonly limit: number }) {
    await this.demand();
    return await super.operations(options);
  }

  override async openOperations() {
    await this.demand();
    return await super.openOperations();
  }

  /** Whatever is cut. */
  past(stream: string) {
    return super.read(stream);
  }

  async demand(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (this.hangs) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    this.hangs = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const away = () => new GreenlightError("GL_STORAGE_AWAY", "it is cut");
const CLASH = Object.assign(new Error("not after that"), { constraint: "event_seq" });

/** Workers with a disk each, on one line. */
export class Spooling {
  readonly line = new Line();
  readonly told: (string | undefined)[] = [];
  readonly spooled: Draft[] = [];
  readonly #directory: string;
  readonly #spools: Spool[] = [];

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(): Promise<Spooling> {
    return new Spooling(await mkdtemp(join(tmpdir(), "spooled-")));
  }

  async worker(name = "one", clock: Clock = new SystemClock()): Promise<SpooledJournal> {
    const directory = join(this.#directory, name);
    const spool = await Spool.open({ directory, onBroken: () => undefined });
    this.#spools.push(spool);
    return new SpooledJournal(this.line, {
      clock,
      digest: sha256,
      signal: new AbortController().signal,
      spool,
      tryToWrite: () => this.line.demand(),
      onChange: (why) => this.told.push(why),
      onSpooled: (draft) => this.spooled.push(draft),
      onTrouble: (error) => {
        throw error;
      },
    });
  }

  /** The one that was opened last. */
  async kill(): Promise<void> {
    await this.#spools.pop()?.close();
  }

  async types(stream = "op-1"): Promise<readonly string[]> {
    return (await this.line.read(stream)).map(({ type, late }) => `${late ? "late " : ""}${type}`);
  }

  async close(): Promise<void> {
    for (const spool of this.#spools) await spool.close();
    await rm(this.#directory, { recursive: true });
  }
}

const PLAN = { id: "op-1", application: "shop", kind: "failover" } as OperationPlan;
const common = { stream: "op-1", epoch: 1 };

export const opened: Draft = {
  type: "operation.opened",
  plan: PLAN,
  planHash: "",
  by: "decision",
  reason: "",
  cause: {},
  at: 1,
  ...common,
} as Draft;

export function intended(attempt: number, at = 2): Draft {
  return { type: "step.intended", step: "promote", attempt, deadline: 9, at, ...common };
}

export const reached: Draft = {
  type: "step.reached",
  step: "promote",
  attempt: 1,
  at: 3,
  ...common,
};

export const ended: Draft = {
  type: "operation.ended",
  outcome: "succeeded",
  at: 4,
  ...common,
};
