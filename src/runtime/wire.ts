import { LocalBus } from "../adapters/bus/local-bus.ts";
import { createChance } from "../adapters/chance/system-chance.ts";
import { sha256 } from "../adapters/digest/sha256.ts";
import type { Log } from "../adapters/log/log.ts";
import type { DatabaseThread } from "../adapters/storage/database-link.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { loadAccesses } from "./clusters.ts";
import type { Config } from "./config.ts";
import { keepHere } from "./control/noting-way.ts";
import { openHere } from "./control/opening-way.ts";
import type { Control } from "./control.ts";
import { createController } from "./controller.ts";
import { openDrills } from "./drill-desk.ts";
import { endTogether } from "./end-together.ts";
import { openNewsroom } from "./newsroom.ts";
import { openOperations, startWorker } from "./operating.ts";
import { openOutside } from "./outside.ts";
import { openPipelines, type Pipelines } from "./pipelines.ts";
import { runProbeLoop } from "./probe-loop.ts";
import { openRecords } from "./records.ts";
import { type EmbeddedStore, openStore } from "./store.ts";

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
  readonly queue: Pick<EmbeddedStore["queue"], "pause" | "resume">;
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
  const [store, accesses] = await Promise.all([
    openStore(config, { ...tools, chance }),
    loadAccesses(config, tools),
  ]);
  const outside = openOutside(config, { clock, chance, accesses });
  const { queue, alarms } = store;
  const newsroom = await openNewsroom(config, { ...tools, chance, store, appendTo: store.journal });
  const { journal, feed, onLoss, tell } = newsroom;
  const records = openRecords(config, { ...tools, journal, store, outside });
  const bus = new LocalBus();
  const pipelines: Pipelines = new Map();
  const parts = { outside, tell, pipelines, journal: records.journal, queue };
  const operations = openOperations({ ...tools, ...parts, chance, holder: store.instance });
  const digest = sha256;
  const common = { clock, bus, signal, digest, journal, operations, onLoss };
  const failureDomains = ONE_PROCESS;
  const ofPipelines = { ...common, failureDomains, bookmark: (of: string) => store.bookmark(of) };
  await openPipelines(pipelines, config, { outside, log, tools: ofPipelines });
  const worker = await startWorker(queue, operations, tools);
  for (const { logbook } of pipelines.values()) records.resume(logbook.running);
  await operations.resumeAll();
  const calendar = { clock, signal, log, journal, alarms, bookmark: ofPipelines.bookmark };
  const drills = openDrills(config, { ...calendar, control: () => control });
  const loops = [
    ...config.vantages.map((_, index) =>
      runProbeLoop(config, index, { clock, bus, signal, accesses }),
    ),
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
  const ways = { openingWay: openHere, note: keepHere };
  const control = createController({ ...common, ...records.desk, ...known, ...ways });
  const done = endTogether(loops, { stop: (error) => own.abort(error), close });
  return { control, queue, done, stop: () => own.abort(new Error("it is stopped")) };
}

/** All vantages of one process fail with it, whatever the config says of them. */
const ONE_PROCESS = 1;
