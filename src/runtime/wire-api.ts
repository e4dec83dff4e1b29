import type { SignalListener } from "../adapters/bus/signal-listener.ts";
import { createChance } from "../adapters/chance/system-chance.ts";
import { sha256 } from "../adapters/digest/sha256.ts";
import type { Log } from "../adapters/log/log.ts";
import { Feed } from "../engine/feed.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { WatchedJournal } from "../engine/watched-journal.ts";
import type { Config } from "./config.ts";
import { failureDomainsOf } from "./config-place.ts";
import { noteForOthers } from "./control/noting-way.ts";
import { openElsewhere } from "./control/opening-way.ts";
import type { Control } from "./control.ts";
import { createController } from "./controller.ts";
import { NO_ALARMS, openDrills } from "./drill-desk.ts";
import { endTogether } from "./end-together.ts";
import { openNoOperations } from "./operating.ts";
import { lookOnly, openOutsideAlone } from "./outside.ts";
import { openOnlooker, openPipelines, type Pipelines } from "./pipelines.ts";
import { openNotary } from "./records.ts";
import { openSharedBus } from "./shared-bus.ts";
import { openSharedStore } from "./shared-store.ts";
import { createTide } from "./tide.ts";

export interface ApiWireTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
  /** Where probes tell what they see while the Redis is away. */
  readonly listener?: SignalListener | undefined;
  /** Told what is waited for before it can answer, and why. */
  readonly onWait: (why: string) => void;
}

export interface ApiWired {
  readonly control: Control;
  /** Settles when the signal has aborted and all is closed. Rejects when a loop could not go on. */
  readonly done: Promise<void>;
}

/**
 * Answers people by a judgement of its own, and writes down what they accept or ask for; pipeline
 * workers act on that. It changes nothing in any cluster, and no other process waits for it. What it
 * shares is waited for.
 */
export async function wireApi(config: Config, given: ApiWireTools): Promise<ApiWired> {
  const own = new AbortController();
  const signal = AbortSignal.any([given.signal, own.signal]);
  const chance = createChance(given.clock);
  const tools = { ...given, signal, chance };
  const { clock, log } = tools;
  const digest = sha256;
  const store = await openSharedStore(config, tools);
  const { reports, signer } = store;
  const outside = lookOnly(await openOutsideAlone(config, tools));
  const onChange = (why: string | undefined) =>
    log.warn({ why }, "the journal: can it be written?");
  const { tryToWrite } = store;
  const journal = new WatchedJournal(store.journal, { clock, tryToWrite, onChange });
  const feed = new Feed({ clock, journal });
  const notary = openNotary(config, { ...tools, journal, signer });
  const bus = openSharedBus(config, { ...tools, journal, speaker: "api" });
  const operations = openNoOperations({ ...tools, journal, outside });
  const onLoss = (why: string) => log.warn({ why }, "not noted");
  const common = { clock, bus, signal, digest, journal, operations, onLoss };
  const pipelines: Pipelines = new Map();
  const ofPipelines = { ...common, failureDomains: failureDomainsOf(config), isNotedOnly: true };
  await openPipelines(pipelines, config, { outside, log, tools: ofPipelines });
  const onNews = () => notary.ring();
  const onlooker = openOnlooker(pipelines, { clock, signal, journal, onNews });
  const calendar = { ...tools, journal, alarms: NO_ALARMS };
  const drills = openDrills(config, { ...calendar, control: () => control });
  const tide = createTide(journal, { clock, signal });
  tide.onRise(() => feed.ring());
  const onAppend = (listener: () => void) => tide.onRise(listener);
  const known = { feed, onAppend, runbooks: config.runbooks, pipelines, drills: drills.desk };
  const ways = { openingWay: openElsewhere, note: noteForOthers };
  const desk = { reports, signer, notary };
  const control = createController({ ...common, ...desk, ...known, ...ways });
  const loops = [
    ...[...pipelines.values()].map((pipeline) => pipeline.watch()),
    onlooker.run(),
    notary.run(),
    journal.watch(signal),
    drills.watch(),
    tide.run(),
  ];
  const close = async () => {
    await bus.close();
    await outside.close();
    await store.close();
  };
  return { control, done: endTogether(loops, { stop: (error) => own.abort(error), close }) };
}
