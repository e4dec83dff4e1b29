import { sha256 } from "../adapters/digest/sha256.ts";
import type { Log } from "../adapters/log/log.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { OperationPlan } from "../domain/plan.ts";
import { tellWaiting } from "../engine/message/tell-trouble.ts";
import type { News } from "../engine/news.ts";
import { Operations } from "../engine/operations.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";
import type { Queue } from "../engine/ports/queue.ts";
import type { Newsroom } from "./newsroom.ts";
import type { Outside } from "./outside.ts";
import type { Pipeline } from "./pipeline-loop.ts";

export interface OperatingTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly chance: Chance;
  readonly journal: Journal;
  readonly queue: Queue;
  /** Who this process is to a Lease. */
  readonly holder: string;
  readonly outside: Outside;
  /** By application: told of what becomes of its operations. */
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  readonly tell: Newsroom["tell"];
  /** See `LeadTools`. */
  readonly onTaken?: (plan: OperationPlan) => void;
  /** See `LeadTools`. */
  readonly isAlone?: () => boolean;
}

/** The operations of this process, and who hears of them. */
export function openOperations(tools: OperatingTools): Operations {
  const { clock, signal, log, chance, journal, queue, holder, outside, pipelines, tell } = tools;
  return new Operations({
    clock,
    signal,
    chance,
    journal,
    queue,
    digest: sha256,
    pollMs: POLL_MS,
    onTaken: tools.onTaken,
    isAlone: tools.isAlone,
    holder,
    leases: outside.leases,
    binder: (step, plan) => driversOf(outside, plan.application).bind(step, plan),
    answers: (step, plan) => pipelines.get(plan.application)?.answers(step) ?? false,
    onNews: (news: News) => {
      const { plan, state, why } = news;
      log.info({ operation: plan.id, state, why }, `${plan.kind} of ${plan.application}: ${state}`);
      pipelines.get(plan.application)?.onNews(news);
      if (state === "waiting") tell(tellWaiting(plan, why ?? "", clock.wallMs()));
    },
  });
}

/** Has this process run the steps that the queue gives it. */
export function startWorker(
  queue: Queue,
  operations: Operations,
  { log, signal }: Pick<OperatingTools, "log" | "signal">,
) {
  return queue.work((job) => {
    log.debug({ job }, "it makes an attempt");
    return operations.attempt(job).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error, job }, "an attempt left no result");
      throw error;
    });
  });
}

/** Of a process that leads none and runs no step: what people say of operations is written down. */
export function openNoOperations(
  tools: Pick<OperatingTools, "clock" | "signal" | "chance" | "journal" | "outside">,
): Operations {
  const { outside } = tools;
  const refuse = () => Promise.reject(new GreenlightError("GL_QUEUE_AWAY", "no steps run here"));
  return new Operations({
    ...tools,
    queue: { add: refuse, stateOf: async () => "absent", work: refuse },
    digest: sha256,
    pollMs: POLL_MS,
    holder: "nobody",
    leases: outside.leases,
    binder: (step, plan) => driversOf(outside, plan.application).bind(step, plan),
    onNews: () => undefined,
  });
}

/** Throws GL_UNKNOWN. */
export function driversOf({ drivers }: Pick<Outside, "drivers">, application: string) {
  const found = drivers.get(application);
  if (found) return found;
  throw new GreenlightError("GL_UNKNOWN", `${application} is not in the config`);
}

/** Between two looks at a target that has no watch. */
const POLL_MS = 25;
