import { isAnswering } from "../domain/answering.ts";
import type { Draft } from "../domain/event.ts";
import type { PlannedStep } from "../domain/plan.ts";
import { freshMsOf } from "../domain/preset.ts";
import { Approvals } from "../engine/approvals.ts";
import { Bell } from "../engine/bell.ts";
import { Errands } from "../engine/errand.ts";
import { Logbook, lastKnown } from "../engine/logbook.ts";
import type { News } from "../engine/news.ts";
import type { Operations } from "../engine/operations.ts";
import { Pilot } from "../engine/pilot.ts";
import type { Bus } from "../engine/ports/bus.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Digest } from "../engine/ports/digest.ts";
import type { Journal } from "../engine/ports/journal.ts";
import { Recollection } from "../engine/recollection.ts";
import type { RequestTools } from "../engine/request.ts";
import { Surveyor } from "../engine/surveyor.ts";
import { Watch } from "../engine/watch.ts";
import type { ApplicationDrivers } from "./application-driver.ts";
import type { ApplicationConfig, Config } from "./config.ts";
import type { Store } from "./store.ts";

export interface PipelineTools {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly signal: AbortSignal;
  readonly digest: Digest;
  readonly journal: Journal;
  readonly operations: Operations;
  /** Told what was seen and could not be written down, and why. */
  readonly onLoss: (reason: string, fact: Draft) => void;
  /** Of a name: where what was folded is kept; without one, all of it is folded at each start. */
  readonly bookmark?: Store["bookmark"];
  /** How many different ones the configured vantages really stand in. */
  readonly failureDomains: number;
  /** See `WatchTools`. */
  readonly onStranger: (why: string) => void;
  /** See `ApprovalTools`. */
  readonly isNotedOnly?: boolean;
}

/** What one application's watching, deciding and asking go through in this process. */
export interface Pipeline extends Omit<RequestTools, "operations"> {
  readonly config: ApplicationConfig;
  readonly operations: Operations;
  readonly approvals: Approvals;
  readonly logbook: Logbook;
  readonly onNews: (news: News) => void;
  /** Did what the step would change answer when it was looked at last? */
  readonly answers: (step: PlannedStep) => boolean;
  /** Looks again soon. */
  readonly ring: () => void;
  /** Until the process is told to stop. */
  readonly run: () => Promise<void>;
  /** As `run`, but decides and opens nothing: for who only answers. */
  readonly watch: () => Promise<void>;
}

/** Loads what earlier processes saw and did; watches and decides once it runs. */
export async function openPipeline(
  config: ApplicationConfig,
  { runbooks, vantages }: Pick<Config, "runbooks" | "vantages">,
  { drivers, tools }: { readonly drivers: ApplicationDrivers; readonly tools: PipelineTools },
): Promise<Pipeline> {
  const { application, probing } = config;
  const { clock, signal, journal, operations, bus } = tools;
  const runbook = runbooks.get(MOVE);
  if (!runbook) throw new Error(`no runbook is called ${MOVE}`);
  const bell = new Bell();
  const watch = openWatch(config, vantages, tools);
  const logbook = new Logbook(application.name, clock);
  const bookmark = tools.bookmark?.(`memory ${application.name}`);
  const { onLoss } = tools;
  const recollection = new Recollection(application.name, { clock, journal, bookmark, onLoss });
  const known = () => lastKnown(recollection.memory, logbook.latest);
  const looking = { clock, signal, sight: drivers.sight, onceKnown: known };
  const surveyor = new Surveyor(application, { ...looking, onSurvey: () => bell.ring() });
  await Promise.all([recollection.load(), logbook.load(journal)]);
  const own = { clock, surveyor, recollection, operations, logbook };
  const errands = new Errands(application, { ...own, runbooks, payment: QUARANTINE });
  const pilot = new Pilot(application, {
    ...own,
    signal,
    bell,
    watch,
    runbook,
    errands,
    freshMs: freshMsOf(probing),
    failureDomains: tools.failureDomains,
  });
  const unsubscribe = bus.subscribe((seen) => {
    if (watch.take(seen)) bell.ring();
  });
  const context = () => pilot.context();
  const { digest, isNotedOnly } = tools;
  const asking = { ...own, application, signal, digest, context, binder: drivers.bind };
  const approvals = new Approvals({ ...asking, journal, runbooks, isNotedOnly });
  const close = async () => {
    unsubscribe();
    await recollection.kept();
  };
  return {
    ...asking,
    config,
    approvals,
    ring: () => bell.ring(),
    answers: (step) => isAnswering(surveyor.survey, step),
    onNews: (news) => {
      // What failed while an operation worked on it may have failed by that, as under a fence.
      if (logbook.take(news) === "ended") watch.forgetFailures(touchedBy(news.plan));
      surveyor.refresh().catch(() => undefined);
    },
    run: async () => {
      await Promise.all([pilot.run(), approvals.run()]);
      await close();
    },
    watch: async () => {
      await pilot.watch();
      await close();
    },
  };
}

function openWatch(
  { application, probing, probes }: ApplicationConfig,
  vantages: Config["vantages"],
  { onStranger }: PipelineTools,
): Watch {
  return new Watch(application.name, {
    thresholds: probing.thresholds,
    vantages: vantages.map(({ name: vantage, failureDomain }) => ({ vantage, failureDomain })),
    clusters: [application.home, application.standby],
    probes: probes.map(({ name }) => name),
    onStranger,
  });
}

/** The kind that a decision to move opens. */
const MOVE = "failover";

/** The kind that pays what is owed to a former primary. */
const QUARANTINE = "quarantine";

/** The clusters that it changed; undefined: whatever all of them have in common, too. */
function touchedBy({ steps }: News["plan"]): ReadonlySet<string> | undefined {
  const changes = steps.filter(({ uses }) => !uses.startsWith("gate/"));
  const clusters = changes.flatMap(({ cluster }) => (cluster === undefined ? [] : [cluster]));
  return clusters.length < changes.length ? undefined : new Set(clusters);
}
