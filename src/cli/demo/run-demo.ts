import { availableParallelism, loadavg } from "node:os";
import type { DemoTools } from "./demo-tools.ts";
import { keepReports, lookAtEnding } from "./ending.ts";
import { renderExpected } from "./fault-list.ts";
import type { FaultCase } from "./fault-table.ts";
import { inWorld } from "./in-world.ts";
import { whyNotAsExpected } from "./judgement.ts";
import { playFault } from "./play-fault.ts";
import type { Screen } from "./screen.ts";
import { renderSummary, summaryOf } from "./summary.ts";
import type { World } from "./world.ts";

export interface RunTools extends DemoTools {
  /** Shows the world that is left running; where it is absent, none is. */
  readonly whenOver?: (world: World) => Promise<void>;
}

/** Runs one fault in a fresh world and tells of it. Was everything as it is expected of the fault? */
export async function runDemo(
  { directory, kind, fault }: { directory: string; kind: string; fault: FaultCase },
  tools: RunTools,
): Promise<boolean> {
  const { screen, whenOver } = tools;
  await screen.note(`${kind}: ${fault.what}. Expected: ${fault.result}.`);
  return await inWorld(directory, tools, {
    play: (played) => playFault(fault, played, tools),
    look: async (played) => {
      const isKept = whenOver !== undefined;
      const ending = await lookAtEnding(played, fault.expected, { ...tools, isKept });
      const paths = await keepReports(directory, ending.reports, played.world);
      const wrong = whyNotAsExpected(fault.expected, ending);
      await screen.block(`\n${renderSummary(ending, paths)}\n`);
      await tellJudgement(screen, renderExpected(fault.expected), wrong);
      await screen.object(summaryOf(ending, paths));
      await whenOver?.(played.world);
      return wrong.length === 0;
    },
  });
}

/** Was it so? And if not, may the machine have been too busy? */
export async function tellJudgement(
  screen: Screen,
  expected: string,
  wrong: readonly string[],
): Promise<void> {
  if (wrong.length === 0) await screen.note(`As expected: ${expected}.`);
  for (const why of wrong) await screen.note(`Not as expected: ${why}.`);
  const [load = 0] = loadavg();
  const cores = availableParallelism();
  if (wrong.length > 0 && load > cores)
    await screen.note(`(This machine is busy: a load of ${load.toFixed(1)} on ${cores} cores.)`);
}
