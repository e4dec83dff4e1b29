import { codeOf, GreenlightError, reasonOf } from "../domain/errors.ts";
import type { JournalEvent } from "../domain/event.ts";
import type { OperationPlan, PlannedStep } from "../domain/plan.ts";
import { whyHeld } from "./advance.ts";
import { type Authority, type AuthorityTools, acquire } from "./authority.ts";
import type { Bell } from "./bell.ts";
import { drive, planOf } from "./drive.ts";
import type { News } from "./news.ts";
import type { Payments } from "./payment.ts";
import type { Journal } from "./ports/journal.ts";
import type { Queue } from "./ports/queue.ts";

export interface LeadTools extends AuthorityTools {
  readonly journal: Journal;
  readonly queue: Queue;
  readonly onNews: (news: News) => void;
  /** Told of one that another process led before, once this one has the right to. */
  readonly onTaken?: ((plan: OperationPlan) => void) | undefined;
  /** Did what the step would change answer just now? Without it, nothing that is owed is due. */
  readonly answers?: ((step: PlannedStep, plan: OperationPlan) => boolean) | undefined;
  /** May others have written what can't be read here now, as where the journal is away? */
  readonly isAlone?: (() => boolean) | undefined;
}

/** What the process that leads an operation shares with its workers. */
export interface Led {
  readonly bell: Bell;
  /** Of the right to act; none while it is waited for, as where another process has it. */
  signal: AbortSignal | undefined;
  /** Ends the leading, and whatever is being done for it, as it is. */
  readonly stop: AbortController;
  /** Aborts by that, or with the process. */
  readonly stopped: AbortSignal;
  /** When what it owes is tried again, also while it is held. */
  readonly payments: Payments;
  /** What the workers of this process do for it now. */
  readonly attempts: Set<Promise<void>>;
  /** Does this process know all that was done for it? Then nobody else had the right to act since. */
  isKnown: boolean;
}

/** Before the name of who ended a held one. */
export const CLOSED_BY = "ended as it is by ";

/** Leads one operation until it ends or the process does: whatever else fails is tried again. */
export async function lead(
  id: string,
  { led, authority }: { readonly led: Led; readonly authority: Authority | undefined },
  tools: LeadTools,
): Promise<void> {
  let first = authority;
  let told = false;
  while (!tools.signal.aborted) {
    try {
      if ((await leadOnce(id, { led, first }, tools)) === "ended") return;
      told = false;
    } catch (error) {
      tools.signal.throwIfAborted();
      if (codeOf(error) === "GL_UNKNOWN") throw error;
      // Another process leads it, or will be taken for dead in a moment.
      const isLed = codeOf(error) === "GL_LEASE_HELD";
      if (isLed) led.isKnown = false;
      // That the journal is away people know; whether somebody leads it nobody can tell.
      const isQuiet = isLed || (!led.isKnown && tools.isAlone?.() === true);
      if (!told && !isQuiet) await tell(id, { state: "waiting", why: reasonOf(error) }, tools);
      told ||= !isQuiet;
      await led.bell.wait(RETRY_MS, tools);
    } finally {
      first = undefined;
    }
  }
}

export function isEnded(events: readonly JournalEvent[]): boolean {
  return events.some(({ type }) => type === "operation.ended");
}

/** From the Lease to its end, or until a human has answered a hold or what it owes is due. */
async function leadOnce(
  id: string,
  { led, first }: { led: Led; first: Authority | undefined },
  tools: LeadTools,
): Promise<"ended" | "answered"> {
  const { clock, journal, queue } = tools;
  const { bell, payments } = led;
  const before = first ? [] : await journal.read(id);
  const authority = first ?? (await retake(id, { led, events: before }, tools));
  if (authority) {
    try {
      const signal = AbortSignal.any([authority.signal, led.stopped]);
      led.signal = signal;
      await drive(id, { clock, journal, queue, bell, payments, signal });
    } finally {
      led.signal = undefined;
      await authority.release();
    }
  }
  const why = whyHeld(await journal.read(id));
  // Whoever finds next that something is due may act.
  if (why !== undefined) led.isKnown = false;
  // That what it owes was tried once more is no news of the hold.
  if (why !== undefined && (!authority || whyHeld(before) !== why))
    await tell(id, { state: "held", why }, tools);
  const events = await untilAnswered(id, led, tools);
  const end = events.find((event) => event.type === "operation.ended");
  if (!end) return "answered";
  const { outcome, reason } = end;
  const state = outcome === "held" ? "closed" : outcome;
  tools.onNews({
    plan: planOf(events),
    state,
    events,
    ...(reason !== undefined && { why: reason }),
  });
  return "ended";
}

/**
 * The Lease again, at the epoch of the plan; undefined where it is ended, or held for a human and
 * nothing that it owes is due.
 */
async function retake(
  id: string,
  { led, events }: { readonly led: Led; readonly events: readonly JournalEvent[] },
  tools: LeadTools,
): Promise<Authority | undefined> {
  const { payments } = led;
  if (isEnded(events) || (await closePreempted(planOf(events), tools))) return undefined;
  const owed = payments.due(planOf(events), events);
  const isHeld = whyHeld(events) !== undefined;
  if (isHeld && owed.length === 0) return undefined;
  const { application, to: decisive, from: primary, epoch } = planOf(events);
  const wanted = { application, operation: id, decisive, primary, epoch: { same: epoch } };
  try {
    await know(id, led, tools);
    const authority = await acquire(wanted, tools);
    // Whoever had it may have gone on until then.
    await know(id, led, tools).catch(async (error: unknown) => {
      await authority.release();
      throw error;
    });
    led.isKnown = true;
    tools.onTaken?.(planOf(events));
    return authority;
  } catch (error) {
    if (codeOf(error) !== "GL_EPOCH_STALE") throw error;
    payments.note(owed);
    if (isHeld) return undefined;
    // Somebody else acts by now, and this one never may again: a human must know, and end it.
    const number = events.filter(({ type }) => type === "operation.held").length + 1;
    const fact = { type: "operation.held", number, reason: reasonOf(error) } as const;
    await tools.journal.append({ ...fact, stream: id, epoch, at: tools.clock.wallMs() });
    return undefined;
  }
}

/**
 * Reads all of it from the journal, unless that is known. Rejects with GL_STORAGE_AWAY: what another
 * process has done meanwhile would be done again, or taken back after the point of no return.
 */
async function know(id: string, { isKnown }: Led, { journal, isAlone }: LeadTools): Promise<void> {
  if (isKnown) return;
  await journal.read(id);
  if (isAlone?.())
    throw new GreenlightError("GL_STORAGE_AWAY", `what others did for ${id} can't be read`);
}

/**
 * One that would have taken everything back, and that another operation did not wait for: what it
 * found is in that one's plan, so it ends as it is.
 */
async function closePreempted(
  { id, application, ends, epoch }: OperationPlan,
  { journal, clock }: LeadTools,
): Promise<boolean> {
  if (ends !== "restore") return false;
  const [newest] = await journal.operations({ application, limit: 1 });
  if (!newest || newest.id === id || newest.epoch <= epoch) return false;
  const fact = { type: "operation.ended", outcome: "preempted", reason: newest.id } as const;
  await journal.append({ ...fact, stream: id, epoch, at: clock.wallMs() }).catch((error) => {
    if (codeOf(error) !== "GL_STEP_CLAIMED") throw error;
  });
  return true;
}

/** The journal, once the operation is not held any more, or has ended, or owes what is due. */
async function untilAnswered(id: string, { bell, payments }: Led, tools: LeadTools) {
  for (;;) {
    const events = await tools.journal.read(id);
    if (isEnded(events) || whyHeld(events) === undefined) return events;
    if (payments.due(planOf(events), events).length > 0) return events;
    await bell.wait(ANSWER_POLL_MS, tools);
  }
}

async function tell(id: string, news: Omit<News, "plan">, { journal, onNews }: LeadTools) {
  const events = await journal.read(id).catch(() => []);
  if (events.length > 0) onNews({ plan: planOf(events), events, ...news });
}

const RETRY_MS = 1_000;
const ANSWER_POLL_MS = 1_000;
