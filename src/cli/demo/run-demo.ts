import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { Agent } from "undici";
import { type CallHttp, createCallHttp } from "../../adapters/http/http-call.ts";
import type { Explanation } from "../../domain/explain.ts";
import type { Report } from "../../domain/report.ts";
import { lostWrites, tallyOf } from "./answer.ts";
import { type Crowd, startCrowd } from "./crowd.ts";
import type { DemoTools } from "./demo-tools.ts";
import { renderExpected } from "./fault-list.ts";
import type { FaultCase } from "./fault-table.ts";
import { type Ending, whyNotAsExpected, whyNotExplained } from "./judgement.ts";
import { Panel } from "./panel.ts";
import { untilReady } from "./ready.ts";
import type { Screen } from "./screen.ts";
import { readOrders } from "./store-entries.ts";
import { Story } from "./story.ts";
import { type Paths, renderSummary, summaryOf } from "./summary.ts";
import { World } from "./world.ts";

interface RunTools extends DemoTools {
  /** Shows the world that is left running; where it is absent, none is. */
  readonly whenOver?: (world: World) => Promise<void>;
}

/** Runs one fault in a fresh world and tells of it. Was everything as it is expected of the fault? */
export async function runDemo(
  { directory, kind, fault }: { directory: string; kind: string; fault: FaultCase },
  tools: RunTools,
): Promise<boolean> {
  const { clock, screen } = tools;
  await screen.note(`${kind}: ${fault.what}. Expected: ${fault.result}.`);
  await screen.note("Two clusters, a name server and Greenlight start ...");
  const world = await World.start(directory, tools);
  const agent = new Agent();
  const call = createCallHttp(agent, clock);
  try {
    const position = await untilReady(world);
    await screen.note("The shop serves from blue, green stands by, Greenlight watches both.");
    const story = new Story({ world, call, position, fault }, tools);
    const crowd = startCrowd(world.file, { clock, onAnswer: (one) => story.hear(one) });
    const operations = await playWith(crowd, story);
    const ending = await look({ world, call, crowd, operations, fault }, tools);
    const paths = await keepReports(directory, ending.reports);
    const wrong = whyNotAsExpected(fault.expected, ending);
    await tellEnd(screen, { fault, ending, paths, wrong });
    await tools.whenOver?.(world);
    return wrong.length === 0;
  } finally {
    await Promise.all([world.stop(), agent.destroy()]);
  }
}

/** Clients ask from before the fault until all is told. */
async function playWith(crowd: Crowd, story: Story): Promise<readonly string[]> {
  try {
    return await story.play();
  } finally {
    await crowd.stop();
  }
}

interface Seen {
  readonly world: World;
  readonly call: CallHttp;
  readonly crowd: Crowd;
  /** The ids of those that were opened. */
  readonly operations: readonly string[];
  readonly fault: FaultCase;
}

async function look(seen: Seen, tools: RunTools): Promise<Ending> {
  const { client } = seen.world;
  const tally = tallyOf(seen.crowd.answers, tools.clock.wallMs());
  const explanation = await untilExplained(seen, tools);
  const reports: Report[] = [];
  for (const id of seen.operations)
    reports.push(await client.get<Report>(`/v1/operations/${id}/report`));
  const kept = await readPrimary(seen, explanation.primary, tools);
  const writesLost = kept === undefined ? null : lostWrites(seen.crowd.answers, kept);
  return { explanation, reports, tally, writesLost };
}

/** What it says in the end, as soon as that is as expected, or after a while. */
async function untilExplained(
  { world: { client }, fault: { expected } }: Seen,
  { clock, signal }: DemoTools,
): Promise<Explanation> {
  const deadlineMs = clock.monotonicMs() + EXPLAINED_MS;
  for (;;) {
    const explanation = await client.get<Explanation>("/v1/applications/shop/explain");
    if (whyNotExplained(expected, explanation).length === 0) return explanation;
    if (clock.monotonicMs() > deadlineMs) return explanation;
    await clock.sleep(POLL_MS, signal);
  }
}

/**
 * What the primary's store has. One that is dead is brought back to be asked, for its disk is what
 * counts: nothing that blue acknowledged is lost while blue can come back. Undefined where the world
 * is to stay as it is.
 */
async function readPrimary(
  { world, call }: Seen,
  primary: string | null,
  { signal, whenOver }: RunTools,
): Promise<ReadonlySet<string> | undefined> {
  const { store, faults } = world.file;
  const url = primary === "green" ? store.green : store.blue;
  try {
    return await readOrders(url, call, signal);
  } catch {
    signal.throwIfAborted();
    if (whenOver !== undefined) return undefined;
    await world.stopGreenlight();
    await new Panel(faults, call, signal).heal();
    return await readOrders(url, call, signal);
  }
}

async function keepReports(directory: string, reports: readonly Report[]): Promise<Paths> {
  const paths = new Map<string, string>();
  for (const report of reports) {
    const path = join(directory, "reports", `${report.operation}.json`);
    await mkdir(join(directory, "reports"), { recursive: true });
    await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
    paths.set(report.operation, path);
  }
  return paths;
}

interface Told {
  readonly fault: FaultCase;
  readonly ending: Ending;
  readonly paths: Paths;
  readonly wrong: readonly string[];
}

async function tellEnd(screen: Screen, { fault, ending, paths, wrong }: Told): Promise<void> {
  await screen.block(`\n${renderSummary(ending, paths)}\n`);
  if (wrong.length === 0) await screen.note(`As expected: ${renderExpected(fault.expected)}.`);
  for (const why of wrong) await screen.note(`Not as expected: ${why}.`);
  const [load = 0] = loadavg();
  const cores = availableParallelism();
  if (wrong.length > 0 && load > cores)
    await screen.note(`(This machine is busy: a load of ${load.toFixed(1)} on ${cores} cores.)`);
  await screen.object(summaryOf(ending, paths));
}

const EXPLAINED_MS = 5_000;
const POLL_MS = 100;
