import { GreenlightError } from "../domain/errors.ts";
import type { JournalEvent, OperationFact } from "../domain/event.ts";
import { pointOfNoReturn, whyHeld } from "./advance.ts";
import { planOf } from "./drive.ts";
import { CLOSED_BY, isEnded } from "./lead.ts";
import type { Clock } from "./ports/clock.ts";
import type { Journal } from "./ports/journal.ts";

export interface CommandTools {
  readonly clock: Clock;
  readonly journal: Journal;
}

/**
 * What a human asks for: a running one is stopped and taken back, a held one ends as it is.
 * Rejects with GL_REFUSED past the point of no return, GL_CONFLICT where it has ended.
 */
export async function abort(id: string, by: string, tools: CommandTools): Promise<void> {
  const events = await tools.journal.read(id);
  if (whyHeld(events) === undefined || isEnded(events)) return await callBack(events, by, tools);
  const reason = `${CLOSED_BY}${by}`;
  await record({ type: "operation.ended", outcome: "held", reason }, events, tools);
}

/**
 * What is decided without a human: a running one is stopped and taken back. Rejects like `abort`, and
 * where it was held: then it is a human's, also once that one had it go on.
 */
export async function recall(id: string, by: string, tools: CommandTools): Promise<void> {
  const events = await tools.journal.read(id);
  if (events.some(({ type }) => type === "operation.held"))
    throw new GreenlightError("GL_REFUSED", `${id} was held, and is a human's since`);
  await callBack(events, by, tools);
}

/** Has a held one go on. Rejects with GL_CONFLICT where it is not held. */
export async function resume(id: string, by: string, tools: CommandTools): Promise<void> {
  const events = await tools.journal.read(id);
  const held = events.findLast((event) => event.type === "operation.held");
  if (!held || whyHeld(events) === undefined || isEnded(events))
    throw new GreenlightError("GL_CONFLICT", `${id} is not held`);
  await record({ type: "operation.resumed", number: held.number, by }, events, tools);
}

async function callBack(events: readonly JournalEvent[], by: string, tools: CommandTools) {
  const plan = planOf(events);
  if (isEnded(events)) throw new GreenlightError("GL_CONFLICT", `${plan.id} has ended`);
  const final = pointOfNoReturn(plan, events);
  if (final) throw new GreenlightError("GL_REFUSED", `${final.id} can't be taken back`);
  await record({ type: "operation.aborting", by }, events, tools);
}

async function record(
  fact: OperationFact,
  events: readonly JournalEvent[],
  { clock, journal }: CommandTools,
): Promise<void> {
  const { id, epoch } = planOf(events);
  await journal.append({ ...fact, stream: id, epoch, at: clock.wallMs() });
}
