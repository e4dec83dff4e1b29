import { planOf } from "./drive.ts";
import type { News } from "./news.ts";
import type { Clock } from "./ports/clock.ts";
import type { Journal, OperationHead } from "./ports/journal.ts";

export interface OnlookerTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly journal: Pick<Journal, "operations" | "read">;
  readonly applications: readonly string[];
  /** Of what this process leads itself it tells again. */
  readonly onNews: (news: News) => void;
}

/** Tells of operations that other processes open and end, as the journal has it. */
export class Onlooker {
  readonly #tools: OnlookerTools;
  /** By application, then operation: is it over? */
  readonly #seen = new Map<string, Map<string, boolean>>();

  constructor(tools: OnlookerTools) {
    this.#tools = tools;
  }

  /** Until the process is told to stop. A journal that is away is asked again. */
  async run(): Promise<void> {
    const { clock, signal, applications } = this.#tools;
    while (!signal.aborted) {
      for (const application of applications) await this.#look(application).catch(() => undefined);
      await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
  }

  async #look(application: string): Promise<void> {
    const heads = await this.#tools.journal.operations({ application, limit: NEWEST });
    // At first only the newest: what came before it was loaded.
    const [, ...loaded] = heads;
    const seen = this.#seen.get(application) ?? overOf(loaded);
    this.#seen.set(application, seen);
    for (const head of heads.toReversed()) {
      if (seen.get(head.id) === isOver(head)) continue;
      await this.#tell(head, { isNew: !seen.has(head.id) });
      seen.set(head.id, isOver(head));
    }
    this.#seen.set(application, overOf(heads));
  }

  async #tell({ id }: OperationHead, { isNew }: { readonly isNew: boolean }): Promise<void> {
    const events = await this.#tools.journal.read(id);
    const plan = planOf(events);
    if (isNew) this.#tools.onNews({ plan, state: "opened", events });
    const end = events.find((event) => event.type === "operation.ended");
    if (!end) return;
    const { outcome } = end;
    this.#tools.onNews({ plan, state: outcome === "held" ? "closed" : outcome, events });
  }
}

function overOf(heads: readonly OperationHead[]): Map<string, boolean> {
  return new Map(heads.map((head) => [head.id, isOver(head)]));
}

function isOver({ ended }: OperationHead): boolean {
  return ended !== undefined;
}

const LOOK_MS = 500;
const NEWEST = 10;
