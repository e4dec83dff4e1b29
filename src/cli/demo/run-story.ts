import { readFile } from "node:fs/promises";
import { createClient } from "../client.ts";
import { keepReports, lookAtEnding } from "./ending.ts";
import { inWorld, type Played } from "./in-world.ts";
import { areObjectivesMet } from "./judgement.ts";
import { Panel } from "./panel.ts";
import { type RunTools, tellJudgement } from "./run-demo.ts";
import type { Scene, Stage } from "./scene.ts";
import { DRILL } from "./scene-drill.ts";
import { OUTAGE } from "./scene-outage.ts";
import { RETURN } from "./scene-return.ts";
import { renderStory, summaryOf } from "./summary.ts";

/** By name, what has to be played; `return` begins with the outage that it is the return from. */
export const STORIES: Readonly<Record<string, readonly Scene[]>> = {
  all: [OUTAGE, RETURN, DRILL],
  outage: [OUTAGE],
  return: [OUTAGE, RETURN],
  drill: [DRILL],
};

/** Plays scene after scene in one world. Did everything come as it should? */
export async function runStory(
  { directory, scenes }: { directory: string; scenes: readonly Scene[] },
  tools: RunTools,
): Promise<boolean> {
  const { screen, clock, signal, whenOver } = tools;
  return await inWorld(directory, tools, {
    play: async (played) => {
      await clock.sleep(CALM_MS, signal);
      const wrong: string[] = [];
      for (const scene of scenes) {
        // Each begins where the one before should have come to.
        if (wrong.length > 0) await screen.note(`Not played any more: ${scene.name}.`);
        else wrong.push(...(await play(scene, await stageOf(played, tools))));
      }
      return wrong;
    },
    look: async (played, wrong) => {
      const isKept = whenOver !== undefined;
      const ending = await lookAtEnding(played, {}, { ...tools, isKept });
      const paths = await keepReports(directory, ending.reports, played.world);
      const { writesLost } = ending;
      const all = [
        ...wrong,
        ...(writesLost === 0 ? [] : [`writes lost: ${writesLost ?? "not known"}`]),
        ...(areObjectivesMet(ending) ? [] : ["the objectives were missed"]),
      ];
      await screen.heading("reports", "what an auditor reads in the morning");
      await screen.block(`${renderStory(ending, paths)}\n`);
      await tellJudgement(screen, "every scene came to its end, nothing lost", all);
      await screen.object(summaryOf(ending, paths));
      await whenOver?.(played.world);
      return all.length === 0;
    },
  });
}

async function play(scene: Scene, stage: Stage): Promise<readonly string[]> {
  const { screen, narrator } = stage;
  await screen.heading(scene.name, scene.title);
  const wrong = await scene.play(stage);
  await narrator.caughtUp();
  await screen.settled();
  return wrong.map((why) => `${scene.name}: ${why}`);
}

async function stageOf(played: Played, tools: RunTools): Promise<Stage> {
  const { world, call } = played;
  const { url, approverTokenFile, faults } = world.file;
  const token = (await readFile(approverTokenFile, "utf8")).trim();
  return {
    ...tools,
    ...played,
    panel: new Panel(faults, call, tools.signal),
    approver: createClient({ url, token }, tools.clock),
  };
}

const CALM_MS = 2_000;
