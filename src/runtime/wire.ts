import { LocalBus } from "../adapters/bus/local-bus.ts";
import { createChance } from "../adapters/chance/system-chance.ts";
import { sha256 } from "../adapters/digest/sha256.ts";
import type { Log } from "../adapters/log/log.ts";
import { GreenlightError } from "../domain/errors.ts";
import { messageOfNews } from "../engine/message.ts";
import type { News } from "../engine/news.ts";
import { Operations } from "../engine/operations.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { createAnnouncer } from "./announcer.ts";
import type { Config } from "./config.ts";
import type { Control } from "./control.ts";
import { createController } from "./controller.ts";
import { openOutside } from "./outside.ts";
import { openPipeline, type Pipeline, type PipelineTools } from "./pipeline-loop.ts";
import { runProbeLoop } from "./probe-loop.ts";
import { openStore, type Store } from "./store.ts";

export interface WireTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
  /** Of the user: see `openEmbedded`. */
  readonly cacheDirectory: string;
}

/** All of Greenlight in this process. */
export interface Greenlight {
  readonly control: Control;
  /** Nothing moves while it is paused. */
  readonly queue: Pick<Store["queue"], "pause" | "resume">;
  /** Settles when the signal has aborted and all is closed. Rejects when a loop could not go on. */
  readonly done: Promise<void>;
}

/**
 * Puts everything together and sets it going, in order: the store, the outside, operations,
 * pipelines, the worker, what was left open, probes. Rejects where a part can't be had.
 */
export async function wire(config: Config, tools: WireTools): Promise<Greenlight> {
  const { clock, signal, log } = tools;
  const chance = createChance(clock);
  const store = await openStore(config, { ...tools, chance });
  const outside = await openOutside(config, { clock, chance });
  const notify = createAnnouncer(config, { clock, chance, log, signal });
  const { journal, queue } = store;
  const bus = new LocalBus();
  const pipelines = new Map<string, Pipeline>();
  const operations = new Operations({
    clock,
    signal,
    chance,
    journal,
    queue,
    digest: sha256,
    pollMs: POLL_MS,
    holder: store.instance,
    leases: outside.leases,
    binder: (step, plan) => driversOf(outside, plan.application).bind(step, plan),
    onNews: (news: News) => {
      const { plan, state, why } = news;
      log.info({ operation: plan.id, state, why }, `${plan.kind} of ${plan.application}: ${state}`);
      pipelines.get(plan.application)?.onNews(news);
      notify(messageOfNews(news, clock.wallMs()));
    },
  });
  const warn = (text: string) => log.warn(text);
  const own: PipelineTools = { clock, bus, signal, journal, operations, notify, warn };
  for (const application of config.applications) {
    const { name } = application.application;
    const drivers = driversOf(outside, name);
    pipelines.set(name, await openPipeline(application, config, { drivers, tools: own }));
  }
  const worker = await queue.work((job) =>
    operations.attempt(job).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error, job }, "an attempt left no result");
      throw error;
    }),
  );
  await operations.resumeAll();
  const loops = [
    ...config.vantages.map((_, index) => runProbeLoop(config, index, { clock, bus, signal })),
    ...[...pipelines.values()].map((pipeline) => pipeline.run()),
  ];
  const close = async () => {
    await operations.drained();
    await worker.close();
    await store.close();
    await outside.close();
  };
  const onAppend = (listener: () => void) => journal.onAppend(listener);
  const { runbooks } = config;
  const desk = { clock, journal, onAppend, operations, runbooks, pipelines, digest: sha256 };
  return { control: createController(desk), queue, done: Promise.all(loops).then(close) };
}

function driversOf({ drivers }: Awaited<ReturnType<typeof openOutside>>, application: string) {
  const found = drivers.get(application);
  if (found) return found;
  throw new GreenlightError("GL_UNKNOWN", `${application} is not in the config`);
}

/** Between two looks at a target that has no watch. */
const POLL_MS = 25;
