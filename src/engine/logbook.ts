import type { JournalEvent } from "../domain/event.ts";
import type { OperationPlan } from "../domain/plan.ts";
import { planOf } from "./drive.ts";
import type { News } from "./news.ts";
import type { Journal } from "./ports/journal.ts";

/** Who opens what nobody asked for. */
export const DECISION = "decision";

/** What decisions need to know of one application's operations. */
export class Logbook {
  readonly #application: string;
  /** The one that is open, held ones too. */
  running: OperationPlan | undefined;
  /** The latest that a decision opened, and so may take back: what a human asked for is a human's. */
  decided: string | undefined;
  /** Wall clock in ms: when the primary last changed, as far as `load` looked back. */
  lastMoveEndedAt: number | undefined;

  constructor(application: string) {
    this.#application = application;
  }

  /** What earlier processes did. */
  async load(journal: Journal): Promise<void> {
    const heads = await journal.operations({ application: this.#application, limit: LOOK_BACK });
    for (const { id, ended } of heads.toReversed()) {
      const events = await journal.read(id);
      if (events.some((event) => event.type === "operation.opened" && event.by === DECISION))
        this.decided = id;
      if (!ended) this.running = planOf(events);
      else if (ended.outcome === "held" ? couldMove(planOf(events)) : movedPrimary(events))
        this.lastMoveEndedAt = ended.at;
    }
  }

  /** Says whether an operation of this application is over by it. */
  take({ plan, state }: News, at: number): "ended" | "open" {
    if (plan.application !== this.#application) return "open";
    if (state === "opened") this.running = plan;
    if (state === "opened" || state === "held" || state === "waiting") return "open";
    this.running = undefined;
    // One that was ended where it stood counts as a move: nobody knows how far it came.
    if ((state === "succeeded" || state === "closed") && couldMove(plan)) this.lastMoveEndedAt = at;
    return "ended";
  }
}

/** Did it write who is primary, and leave it so? */
function movedPrimary(events: readonly JournalEvent[]): boolean {
  const named = planOf(events).steps.filter(namesPrimary);
  return named.some(({ id }) => {
    const last = events.findLast((event) => "step" in event && event.step === id);
    return last?.type === "step.reached";
  });
}

function couldMove({ steps }: OperationPlan): boolean {
  return steps.some(namesPrimary);
}

function namesPrimary({ uses }: { readonly uses: string }): boolean {
  return uses === "lease";
}

/** Moves are rare: the last one is among these, or long past any cooldown. */
const LOOK_BACK = 20;
