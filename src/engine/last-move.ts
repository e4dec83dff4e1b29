import type { LastKnown } from "../domain/primary.ts";
import { type Logbook, lastKnown } from "./logbook.ts";
import type { Clock } from "./ports/clock.ts";
import type { Recollection } from "./recollection.ts";
import type { Surveyor } from "./surveyor.ts";

export interface LastMoveTools {
  readonly clock: Pick<Clock, "wallMs">;
  readonly surveyor: Pick<Surveyor, "primacy">;
  readonly recollection: Pick<Recollection, "memory">;
  readonly logbook: Pick<Logbook, "latest" | "lastMoveEndedAt">;
}

/**
 * When the primary last changed, also where nobody told of it, as while the journal is away: the
 * Leases show the change, and not when it ended or what it left undone. It counts as a move from when
 * it was seen, so that two processes don't move an application to and fro between them. What it left
 * undone the stores say: one that is still primary or fenced can't be moved to by a decision.
 */
export class LastMove {
  readonly #tools: LastMoveTools;
  /** Whom the Leases named last, at their epoch. */
  #seen: LastKnown | undefined;
  #untold: { readonly epoch: number; readonly at: number } | undefined;

  constructor(tools: LastMoveTools) {
    this.#tools = tools;
  }

  /** What the Leases say by now, against what they said before, or what the journal says. */
  look(): void {
    const { clock, surveyor, recollection, logbook } = this.#tools;
    const { primacy } = surveyor;
    if (!("primary" in primacy)) return;
    const known = lastKnown(recollection.memory, logbook.latest);
    const before = known && known.epoch > (this.#seen?.epoch ?? -1) ? known : this.#seen;
    const { primary, epoch } = primacy;
    // One that is older has only not heard of it.
    if (before && epoch < before.epoch) return;
    this.#seen = { primary, epoch };
    // The first that there is was there when all began: nobody moved.
    if (before && before.primary !== primary) this.#untold = { epoch, at: clock.wallMs() };
  }

  /** Wall clock in ms. */
  get endedAt(): number | undefined {
    const { latest, lastMoveEndedAt } = this.#tools.logbook;
    // What moved it is known by now, with its end.
    if (!this.#untold || (latest?.epoch ?? -1) >= this.#untold.epoch) return lastMoveEndedAt;
    return Math.max(lastMoveEndedAt ?? this.#untold.at, this.#untold.at);
  }
}
