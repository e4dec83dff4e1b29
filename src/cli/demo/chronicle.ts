import { ERRORS } from "../../domain/errors.ts";
import type { JournalEvent } from "../../domain/event.ts";
import type { OperationPlan } from "../../domain/plan.ts";
import { renderDuration } from "../render/text-block.ts";

/** One thing that happened. */
export interface Entry {
  /** Wall clock, in ms since 1970. */
  readonly at: number;
  /** One or two words. */
  readonly what: string;
  readonly text: string;
  /** Lines below it. */
  readonly details?: readonly string[];
}

type Of<Type extends JournalEvent["type"]> = Extract<JournalEvent, { type: Type }>;

/** Tells the journal's events as people read them. It remembers plans and when steps began. */
export class Chronicle {
  readonly #plans = new Map<string, OperationPlan>();
  readonly #intents = new Map<string, number>();
  /** Clusters that are primary no more: what they lack hurts nobody. */
  readonly #left = new Set<string>();

  take(event: JournalEvent): readonly Entry[] {
    const { at } = event;
    switch (event.type) {
      case "suspicion.raised":
        return tellSuspicion(event);
      case "suspicion.cleared":
        return [{ at, what: "suspicion", text: `of ${event.cluster} is over` }];
      case "verdict.reached":
        return [this.#tellVerdict(event)];
      case "decision.made":
        return [tellDecision(event)];
      case "approval.requested":
      case "approval.given":
      case "approval.closed":
      case "schedule.fired":
      case "schedule.skipped":
      case "schedule.missed":
        return [tellRequest(event)];
      case "operation.opened":
        return [this.#tellOpened(event)];
      case "operation.held":
        return [{ at, what: "held", text: event.reason }];
      case "operation.aborting":
        return [{ at, what: "stopping", text: `by ${event.by}` }];
      case "operation.ended":
        return [{ at, what: "ended", text: because(event.outcome, event.reason) }];
      case "step.intended":
      case "undo.intended":
        this.#intents.set(keyOf(event), at);
        return [];
      case "step.reached":
        return [this.#tellReached(event)];
      case "step.failed":
        return [this.#tellFailed(event)];
      case "gate.refused":
        return [{ at, what: "not yet", text: because(event.step, event.reason) }];
      case "undo.reached":
        return [{ at, what: "taken back", text: this.#tellStep(event) }];
      case "undo.failed":
        return [{ at, what: "not undone", text: because(this.#tellStep(event), event.reason) }];
      default:
        return [];
    }
  }

  #tellOpened({ at, stream, plan, reason }: Of<"operation.opened">): Entry {
    this.#plans.set(stream, plan);
    const { kind, from, to, epoch, steps } = plan;
    const text = `${kind} from ${from} to ${to}, epoch ${epoch}, ${steps.length} steps: ${reason}`;
    return { at, what: "opened", text };
  }

  /** The first line of the evidence is the verdict itself. What is not clear yet needs no proof. */
  #tellVerdict({ at, cluster, verdict, evidence }: Of<"verdict.reached">): Entry {
    const [head = verdict, ...details] = evidence.map(shorten);
    const known = details.filter((line) => !/: not (?:known|judged)\b/.test(line));
    const isPlain = verdict === "healthy" || verdict === "inconclusive" || this.#left.has(cluster);
    const text = `${cluster} is ${head}`;
    return { at, what: "verdict", text, ...(!isPlain && { details: known }) };
  }

  #tellReached(event: Of<"step.reached">): Entry {
    const plan = this.#plans.get(event.stream);
    const step = plan?.steps.find(({ id }) => id === event.step);
    if (plan && step?.uses === "lease") {
      this.#left.add(plan.from);
      this.#left.delete(plan.to);
    }
    return { at: event.at, what: "step done", text: this.#tellStep(event) };
  }

  #tellFailed(event: Of<"step.failed">): Entry {
    const step = this.#plans.get(event.stream)?.steps.find(({ id }) => id === event.step);
    const goesOn = step?.onFailure === "continue" && step.owes !== undefined;
    const what = goesOn ? `${step.owes} owed` : "step failed";
    return { at: event.at, what, text: because(this.#tellStep(event), event.reason) };
  }

  /** Its name and how long it took; which attempt, from the second on. */
  #tellStep(event: JournalEvent & { readonly step: string; readonly attempt: number }): string {
    const began = this.#intents.get(keyOf(event));
    const took = began === undefined ? "" : `, ${renderDuration(event.at - began)}`;
    return `${event.step}${took}${event.attempt > 1 ? `, attempt ${event.attempt}` : ""}`;
  }
}

function tellSuspicion(event: Of<"suspicion.raised">): readonly Entry[] {
  const { at, cluster, firstFailedAt, lastGoodAt, vantage, probe, answer } = event;
  const first = firstFailedAt ?? at;
  const good = lastGoodAt === null ? "" : `, ${first - lastGoodAt} ms after a good answer`;
  return [
    {
      at: first,
      what: "first failure",
      text: `${vantage} asks ${cluster}'s ${probe}: ${answer}${good}`,
    },
    { at, what: "suspicion", text: `of ${cluster}; all vantages ask at once` },
  ];
}

/** One reason fits beside the word, several go below it. */
function tellDecision({ at, action, verdict, reasons }: Of<"decision.made">): Entry {
  const text = {
    move: `move: the verdict is ${verdict}, and no guard forbids it`,
    hold: "hold, and call a human",
    stay: "stay",
  }[action];
  const [one = "", ...more] = reasons.map(shorten);
  if (more.length > 0) return { at, what: "decision", text, details: [one, ...more] };
  return { at, what: "decision", text: because(text, one) };
}

/** What becomes of what somebody, or a calendar, asks for. */
function tellRequest(
  event: Of<
    | "approval.requested"
    | "approval.given"
    | "approval.closed"
    | "schedule.fired"
    | "schedule.skipped"
    | "schedule.missed"
  >,
): Entry {
  const { at } = event;
  switch (event.type) {
    case "approval.requested": {
      const { plan, by, people } = event;
      return { at, what: "asked for", text: `${plan.kind} by ${by}; ${people} must agree to it` };
    }
    case "approval.given":
      return { at, what: "approved", text: `by ${event.by}` };
    case "approval.closed":
      return { at, what: "request", text: because(event.end, event.reason) };
    case "schedule.fired":
      return { at, what: "schedule", text: `${event.schedule} is due` };
    default: {
      const end = event.type === "schedule.missed" ? "missed" : "skipped";
      return { at, what: "schedule", text: because(`${event.schedule} ${end}`, event.reason) };
    }
  }
}

function keyOf({ stream, type, ...rest }: JournalEvent): string {
  const { step, attempt } = rest as { step?: string; attempt?: number };
  return `${stream} ${type.split(".")[0]} ${step} ${attempt}`;
}

function because(text: string, reason: string | undefined): string {
  return reason === undefined || reason === "" ? text : `${text}: ${shorten(reason)}`;
}

/** The code and the title of an error say less than what comes after them. */
function shorten(text: string): string {
  return Object.entries(ERRORS).reduce(
    (rest, [code, { title }]) =>
      rest.replaceAll(`${code}: ${title}: `, "").replaceAll(`${code}: `, ""),
    text,
  );
}
