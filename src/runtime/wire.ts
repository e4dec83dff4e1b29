import { LocalBus } from "../adapters/bus/local-bus.ts";
import { createChance } from "../adapters/chance/system-chance.ts";
import { sha256 } from "../adapters/digest/sha256.ts";
import type { Log } from "../adapters/log/log.ts";
import type { DatabaseThread } from "../adapters/storage/database-link.ts";
import { GreenlightError } from "../domain/errors.ts";
import { tellWaiting } from "../engine/message/tell-trouble.ts";
import type { News } from "../engine/news.ts";
import { Operations } from "../engine/operations.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";
import type { Config } from "./config.ts";
import type { Control } from "./control.ts";
import { createController } from "./controller.ts";
import { openDrills } from "./drill-desk.ts";
import { type Newsroom, openNewsroom } from "./newsroom.ts";
import { type Outside, openOutside } from "./outside.ts";
import { openPipeline, type Pipeline } from "./pipeline-loop.ts";
import { runProbeLoop } from "./probe-loop.ts";
import { openRecords } from "./records.ts";
import { openStore, type Store } from "./store.ts";

export interface WireTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
  /** Of the user: see `openEmbedded`. */
  readonly cacheDirectory: string;
  /** See `startThread`. */
  readonly databaseThread?: DatabaseThread | undefined;
  /** Counts what became of each message, for each notifier. */
  readonly onTold: (notifier: string, isTold: boolean) => void;
}

/** All of Greenlight in this process. */
export interface Greenlight {
  readonly control: Control;
  /** Nothing moves while it is paused. */
  readonly queue: Pick<Store["queue"], "pause" | "resume">;
  /**
   * Settles when the signal has aborted and all is closed. Rejects when a loop could not go on: then
   * the others were ended, and all is closed, too.
   */
  readonly done: Promise<void>;
  /** As the signal does. */
  readonly stop: () => void;
}

/**
 * Puts everything together and sets it going, in order: the store, the outside, operations,
 * pipelines, the worker, what was left open, probes. Rejects where a part can't be had.
 */
export async function wire(config: Config, given: WireTools): Promise<Greenlight> {
  const own = new AbortController();
  const signal = AbortSignal.any([given.signal, own.signal]);
  const tools = { ...given, signal };
  const { clock, log } = tools;
  const chance = createChance(clock);
  const [store, outside] = await Promise.all([
    openStore(config, { ...tools, chance }),
    openOutside(config, { clock, chance }),
  ]);
  const { queue, alarms } = store;
  const newsroom = await openNewsroom(config, { ...tools, chance, store });
  const { journal, feed, onLoss, tell } = newsroom;
  const records = openRecords(config, { ...tools, journal, store, outside });
  const bus = new LocalBus();
  const pipelines = new Map<string, Pipeline>();
  const parts = { store, outside, tell, pipelines, journal: records.journal };
  const operations = openOperations(parts, { ...tools, chance });
  const digest = sha256;
  const common = { clock, bus, signal, digest, journal, operations, onLoss };
  const ofPipelines = { ...common, bookmark: (of: string) => store.bookmark(of) };
  for (const application of config.applications) {
    const { name } = application.application;
    const how = { drivers: driversOf(outside, name), tools: ofPipelines };
    pipelines.set(name, await openPipeline(application, config, how));
  }
  const worker = await startWorker(queue, operations, tools);
  for (const { logbook } of pipelines.values()) records.resume(logbook.running);
  await operations.resumeAll();
  const calendar = { clock, signal, log, journal, alarms, bookmark: ofPipelines.bookmark };
  const drills = openDrills(config, { ...calendar, control: () => control });
  const loops = [
    ...config.vantages.map((_, index) => runProbeLoop(config, index, { clock, bus, signal })),
    ...[...pipelines.values()].map((pipeline) => pipeline.run()),
    operations.run(),
    newsroom.run(),
    records.run(),
    drills.run(),
  ];
  const close = async () => {
    await operations.drained();
    await worker.close();
    await store.close();
    await outside.close();
  };
  const onAppend = (listener: () => void) => store.journal.onAppend(listener);
  const known = { feed, onAppend, runbooks: config.runbooks, pipelines, drills: drills.desk };
  const control = createController({ ...common, ...records.desk, ...known });
  const done = endTogether(loops, { stop: (error) => own.abort(error), close });
  return { control, queue, done, stop: () => own.abort(new Error("it is stopped")) };
}

/** Where one can't go on the others must not, either: half of it would watch, or decide, alone. */
async function endTogether(
  loops: readonly Promise<void>[],
  how: { readonly stop: (error: unknown) => void; readonly close: () => Promise<void> },
): Promise<void> {
  try {
    await Promise.all(loops);
  } catch (error) {
    how.stop(error);
    await Promise.allSettled(loops);
    throw error;
  } finally {
    await how.close();
  }
}

interface Parts {
  readonly store: Store;
  readonly outside: Outside;
  readonly journal: Journal;
  /** By application: told of what becomes of its operations. */
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  readonly tell: Newsroom["tell"];
}

function openOperations(
  { store, outside, journal, pipelines, tell }: Parts,
  { clock, signal, log, chance }: WireTools & { readonly chance: Chance },
): Operations {
  return new Operations({
    clock,
    signal,
    chance,
    journal,
    queue: store.queue,
    digest: sha256,
    pollMs: POLL_MS,
    holder: store.instance,
    leases: outside.leases,
    binder: (step, plan) => driversOf(outside, plan.application).bind(step, plan),
    onNews: (news: News) => {
      const { plan, state, why } = news;
      log.info({ operation: plan.id, state, why }, `${plan.kind} of ${plan.application}: ${state}`);
      pipelines.get(plan.application)?.onNews(news);
      if (state === "waiting") tell(tellWaiting(plan, why ?? "", clock.wallMs()));
    },
  });
}

function startWorker(
  queue: Store["queue"],
  operations: Operations,
  { log, signal }: Pick<WireTools, "log" | "signal">,
) {
  return queue.work((job) =>
    operations.attempt(job).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error, job }, "an attempt left no result");
      throw error;
    }),
  );
}

function driversOf({ drivers }: Outside, application: string) {
  const found = drivers.get(application);
  if (found) return found;
  throw new GreenlightError("GL_UNKNOWN", `${application} is not in the config`);
}

/** Between two looks at a target that has no watch. */
const POLL_MS = 25;
