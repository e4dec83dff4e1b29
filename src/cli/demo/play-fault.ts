import type { CallHttp } from "../../adapters/http/http-call.ts";
import { perform, type Stage } from "./act.ts";
import type { DemoTools } from "./demo-tools.ts";
import type { FaultCase } from "./fault-table.ts";
import type { Narrator } from "./narrator.ts";
import { Panel } from "./panel.ts";
import type { World } from "./world.ts";

export interface FaultTools {
  readonly world: World;
  readonly call: CallHttp;
  readonly narrator: Narrator;
}

/** Calm, one fault, and what comes of it: until it is over. */
export async function playFault(
  fault: FaultCase,
  options: FaultTools,
  tools: DemoTools,
): Promise<void> {
  const { narrator } = options;
  const { clock, screen, signal } = tools;
  const stage = stageOf(options, tools);
  await clock.sleep(CALM_MS, signal);
  for (const act of fault.before ?? []) await perform(act, stage);
  const at = clock.wallMs();
  screen.start(at);
  narrator.awaitAnswersOf("green");
  screen.tell({ at, what: "FAULT", text: fault.what });
  for (const act of fault.acts) await perform(act, stage);
  const { outcome } = fault.expected;
  if (outcome === undefined) await narrator.until(() => false, WATCH_MS);
  else await narrator.until(() => isOver(narrator), MOVE_MS);
  await clock.sleep(outcome === undefined ? 0 : TAIL_MS, signal);
}

function stageOf({ world, call, narrator }: FaultTools, tools: DemoTools): Stage {
  const { clock, signal, screen } = tools;
  return {
    world,
    clock,
    signal,
    panel: new Panel(world.file.faults, call, signal),
    untilOpened: async () => {
      await narrator.until(() => narrator.operations.length > 0, MOVE_MS);
    },
    tell: (text) => screen.tell({ at: clock.wallMs(), what: "...", text }),
  };
}

function isOver({ operations }: Narrator): boolean {
  return operations.length > 0 && operations.every(({ state }) => state !== "running");
}

const CALM_MS = 2_000;
/** So long the demo looks on where nothing should move. */
const WATCH_MS = 6_000;
const MOVE_MS = 25_000;
/** For clients whose resolvers still keep the old answer. */
const TAIL_MS = 1_500;
