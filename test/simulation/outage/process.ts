import { setMaxListeners } from "node:events";
import { LocalBus } from "../../../src/adapters/bus/local-bus.ts";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { PRESETS } from "../../../src/domain/preset.ts";
import { askForever } from "../../../src/engine/ask.ts";
import { Operations } from "../../../src/engine/operations.ts";
import { checkForever } from "../../../src/engine/self-check.ts";
import type { ApplicationConfig } from "../../../src/runtime/config.ts";
import { openPipeline, type Pipeline } from "../../../src/runtime/pipeline-loop.ts";
import { loadRunbooks } from "../../../src/runtime/runbook-file.ts";
import { driversOf } from "./drivers.ts";
import { Gateway, type Trouble } from "./gateway.ts";
import { journalOf, queueOf } from "./ports.ts";
import { ProcessClock } from "./process-clock.ts";
import type { Seeded } from "./seeded.ts";
import { VANTAGES } from "./site.ts";
import type { World } from "./world.ts";
import { controlAt, PROBES, probesAt } from "./world-probe.ts";

/** The same runbooks that a real process loads. */
export const runbooks = loadRunbooks();

/** One orchestrator: all of the real engine, put together as `wire` does. */
export interface Orchestrator {
  readonly life: AbortSignal;
  readonly clock: ProcessClock;
  readonly operations: Operations;
  readonly pipeline: Pipeline;
  /** Nothing of it goes on. */
  kill(): void;
}

export interface Birth {
  /** The same after a restart on the same directory. */
  readonly holder: string;
  readonly trouble: Trouble;
  readonly chance: Seeded;
}

export async function startOrchestrator(world: World, birth: Birth): Promise<Orchestrator> {
  const life = new AbortController();
  const { signal } = life;
  setMaxListeners(0, signal);
  const clock = new ProcessClock(world.clock, signal);
  const gateway = new Gateway(world, { clock, life, trouble: birth.trouble });
  const journal = journalOf(world, gateway);
  const queue = queueOf(world, signal);
  const drivers = driversOf(world, { clock, gateway });
  const bus = new LocalBus();
  let pipeline: Pipeline | undefined;
  const operations = new Operations({
    clock,
    signal,
    journal,
    queue,
    chance: birth.chance,
    digest: sha256,
    pollMs: 25,
    holder: birth.holder,
    leases: drivers.sight.leases,
    binder: drivers.bind,
    answers: (step) => pipeline?.answers(step) ?? false,
    onNews: (news) => {
      world.note(`${birth.holder}: ${news.plan.id} ${news.state} ${news.why ?? ""}`);
      pipeline?.onNews(news);
    },
  });
  const probes = PROBES.map((name) => ({ name }));
  const config = { application: world.application, probing: PRESETS.fast, probes };
  const vantages = VANTAGES.map((name) => ({ name, failureDomain: name }));
  pipeline = await openPipeline(
    config as unknown as ApplicationConfig,
    { runbooks, vantages },
    {
      drivers,
      tools: {
        clock,
        bus,
        signal,
        digest: sha256,
        journal,
        operations,
        failureDomains: 1,
        onStranger: (why) => world.ward.blame(why),
        onLoss: (why, { type }) => world.note(`${birth.holder} could not note ${type}: ${why}`),
      },
    },
  );
  await queue.work((job) => operations.attempt(job));
  await operations.resumeAll();
  operations.run().catch(() => undefined);
  runLoops(world, pipeline, { bus, clock, signal });
  world.note(`${birth.holder} runs`);
  return { life: signal, clock, operations, pipeline, kill: () => life.abort(new Error("killed")) };
}

function runLoops(
  world: World,
  pipeline: Pipeline,
  tools: { bus: LocalBus; clock: ProcessClock; signal: AbortSignal },
): void {
  const { intervalMs, timeoutMs, burstMs, thresholds } = PRESETS.fast;
  const pace = { intervalMs, timeoutMs, burstMs, burst: thresholds.failure + 1 };
  const loops = VANTAGES.flatMap((vantage, index) => {
    const phaseMs = Math.round((intervalMs * index) / VANTAGES.length);
    const at = { application: world.application.name, vantage, phaseMs };
    const controls = [controlAt(world, vantage, tools.clock)];
    const check = { vantage, failureDomain: vantage, controls, intervalMs: CHECK_MS };
    return [
      ...probesAt(world, vantage, tools.clock).map((probe) =>
        askForever(probe, at, { pace, tools }),
      ),
      checkForever(check, tools),
    ];
  });
  Promise.all([...loops, pipeline.run()]).catch((error) => {
    if (!tools.signal.aborted) world.ward.blame(`a loop ended: ${error}`);
  });
}

const CHECK_MS = 500;
