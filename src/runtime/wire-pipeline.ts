import type { SignalListener } from "../adapters/bus/signal-listener.ts";
import { createChance } from "../adapters/chance/system-chance.ts";
import { sha256 } from "../adapters/digest/sha256.ts";
import type { Spool } from "../adapters/journal/spool.ts";
import type { Log } from "../adapters/log/log.ts";
import type { OperationPlan } from "../domain/plan.ts";
import { tellLost } from "../engine/message/tell-trouble.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { RollCall, type RollCallTools } from "../engine/roll-call.ts";
import type { Config } from "./config.ts";
import { failureDomainsOf } from "./config-place.ts";
import { keepHere } from "./control/noting-way.ts";
import { openHere } from "./control/opening-way.ts";
import { createController } from "./controller.ts";
import { openDrills } from "./drill-desk.ts";
import { endTogether } from "./end-together.ts";
import { type Newsroom, type NewsroomTools, openNewsroom } from "./newsroom.ts";
import { openOperations, startWorker } from "./operating.ts";
import { openOutsideAlone } from "./outside.ts";
import { openOnlooker, openPipelines, type Pipelines } from "./pipelines.ts";
import { openRecords, type RecordTools } from "./records.ts";
import { createSharedAlarms } from "./shared-alarms.ts";
import { openSharedBus } from "./shared-bus.ts";
import { openSharedQueue } from "./shared-queue.ts";
import { openSharedStore, type SharedStore } from "./shared-store.ts";
import { openSpooledJournal } from "./spooled.ts";

export interface PipelineWireTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
  /** Who this process is to a Lease. */
  readonly instance: string;
  /** What the database can't take waits here. */
  readonly spool: Spool;
  /** Where probes tell what they see while the Redis is away. */
  readonly listener?: SignalListener | undefined;
  /** Told what is waited for before it can begin, and why. */
  readonly onWait: (why: string) => void;
}

/**
 * Judges, decides and acts, beside others that do the same: the Lease picks one. The database is
 * waited for; then it takes up what was left. The queue and the schedules' alarms come when they can.
 * Rejects where a part can't be had at all.
 */
export async function wirePipeline(
  config: Config,
  given: PipelineWireTools,
): Promise<{ readonly done: Promise<void> }> {
  const own = new AbortController();
  const signal = AbortSignal.any([given.signal, own.signal]);
  const chance = createChance(given.clock);
  const tools = { ...given, signal, chance, onTold: () => undefined };
  const { clock, log, instance: holder } = tools;
  const store = await openSharedStore(config, tools);
  const alarms = createSharedAlarms(config, tools);
  const outside = await openOutsideAlone(config, { ...tools, roll: () => roll });
  const { spooled, newsroom, records } = await openPapers(config, { ...tools, store, outside });
  const { journal, feed, onLoss, tell } = newsroom;
  const isAlone = () => spooled.isAway;
  const queue = openSharedQueue(config, { ...tools, journal, isAlone, tell });
  const bus = openSharedBus(config, { ...tools, journal, speaker: holder });
  const { roll, calling } = callRoll(config, { ...tools, bus });
  const pipelines: Pipelines = new Map();
  const parts = { outside, tell, pipelines, journal: records.journal, queue, holder, isAlone };
  const onTaken = (plan: OperationPlan) => records.resume(plan);
  const operations = openOperations({ ...tools, ...parts, onTaken });
  const common = { clock, bus, signal, digest: sha256, journal, operations, onLoss };
  const ofPipelines = { ...common, failureDomains: failureDomainsOf(config) };
  await openPipelines(pipelines, config, { outside, log, tools: ofPipelines });
  const worker = await startWorker(queue, operations, tools);
  await operations.resumeAll();
  const calendar = { clock, signal, log, journal, alarms, isShared: true };
  const drills = openDrills(config, { ...calendar, control: () => control });
  const onlooker = openOnlooker(pipelines, { clock, signal, journal });
  const onAppend = (listener: () => void) => store.journal.onAppend(listener);
  const known = { feed, onAppend, runbooks: config.runbooks, pipelines, drills: drills.desk };
  const ways = { openingWay: openHere, note: keepHere };
  const control = createController({ ...common, ...records.desk, ...known, ...ways });
  const loops = [
    calling,
    ...[...pipelines.values()].map((pipeline) => pipeline.run()),
    queue.run(),
    spooled.run(),
    operations.run(),
    onlooker.run(),
    newsroom.run(),
    records.run(),
    drills.run(),
  ];
  const close = async () => {
    await operations.drained();
    await worker.close();
    await queue.close();
    await alarms.close();
    await bus.close();
    await outside.close();
    await store.close();
  };
  return { done: endTogether(loops, { stop: (error) => own.abort(error), close }) };
}

/** At once: a step that was left may be about to ask from every vantage. */
function callRoll(
  { vantages }: Config,
  { chance, ...tools }: Omit<RollCallTools, "asker" | "vantages"> & { readonly chance: Chance },
): { readonly roll: RollCall; readonly calling: Promise<void> } {
  const names = vantages.map(({ name }) => name);
  const roll = new RollCall({ ...tools, asker: chance.id(), vantages: names });
  return { roll, calling: roll.run() };
}

/** What is written down, and who hears of it. */
async function openPapers(
  config: Config,
  tools: Omit<NewsroomTools & RecordTools, "store" | "appendTo" | "journal"> &
    PipelineWireTools & { readonly store: SharedStore },
) {
  const { store, instance, outside } = tools;
  const spooled = await openSpooledJournal(store, { ...tools, newsroom: () => newsroom });
  const turn = store.turn("teller", instance);
  const news = { ...tools, turn, store: spooled.store, appendTo: spooled.journal };
  const newsroom: Newsroom = await openNewsroom(config, news);
  spooled.tellLeft();
  store.journal.onLost((lost) => newsroom.tell(tellLost(lost, tools.clock.wallMs())));
  const { journal } = newsroom;
  const signed = store.journal;
  const records = openRecords(config, { ...tools, journal, store, outside, signed });
  return { spooled: spooled.journal, newsroom, records };
}
