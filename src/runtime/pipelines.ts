import type { Log } from "../adapters/log/log.ts";
import type { News } from "../engine/news.ts";
import { Onlooker } from "../engine/onlooker.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";
import type { Config } from "./config.ts";
import { driversOf } from "./operating.ts";
import type { Outside } from "./outside.ts";
import { openPipeline, type Pipeline, type PipelineTools } from "./pipeline-loop.ts";
import { createStrangers } from "./strangers.ts";

/** By application. Empty at first: operations hold it before there is anything in it. */
export type Pipelines = Map<string, Pipeline>;

interface PipelinesTools {
  readonly outside: Outside;
  readonly log: Log;
  readonly tools: Omit<PipelineTools, "onStranger">;
}

/** One of each application that is configured. */
export async function openPipelines(
  pipelines: Pipelines,
  config: Config,
  { outside, log, tools }: PipelinesTools,
): Promise<void> {
  const onStranger = createStrangers(log);
  for (const application of config.applications) {
    const { name } = application.application;
    const how = { drivers: driversOf(outside, name), tools: { ...tools, onStranger } };
    pipelines.set(name, await openPipeline(application, config, how));
  }
}

/** Has the pipelines hear of operations that other processes lead. */
export function openOnlooker(
  pipelines: Pipelines,
  tools: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly journal: Journal;
    readonly onNews?: (news: News) => void;
  },
): Onlooker {
  return new Onlooker({
    ...tools,
    applications: [...pipelines.keys()],
    onNews: (news) => {
      pipelines.get(news.plan.application)?.onNews(news);
      tools.onNews?.(news);
    },
  });
}
