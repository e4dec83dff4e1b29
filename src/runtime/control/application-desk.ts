import type { WatchFact } from "../../domain/event.ts";
import { explain } from "../../domain/explain.ts";
import { preview } from "../../engine/request.ts";
import { wouldOpen } from "../../engine/would-open.ts";
import type { ApplicationStatus, Control } from "../control.ts";
import type { Pipeline } from "../pipeline-loop.ts";
import { type DeskTools, pipelineOf, runbookOf } from "./desk.ts";

type ApplicationDesk = Pick<
  Control,
  "applications" | "application" | "explain" | "plan" | "pause" | "unpause" | "acknowledge"
>;

/** How applications are, what would be done with them, and their kill switch. */
export function createApplicationDesk(tools: DeskTools): ApplicationDesk {
  return {
    applications: async () => [...tools.pipelines.values()].map(statusOf),
    application: async (name) => statusOf(pipelineOf(tools, name)),
    explain: async (name, kind) => {
      const pipeline = pipelineOf(tools, name);
      if (kind === undefined) return explain(pipeline.context());
      const request = await wouldOpen(runbookOf(tools, kind), pipeline);
      return { ...explain(pipeline.context()), request };
    },
    plan: async (name, kind) => await preview(runbookOf(tools, kind), pipelineOf(tools, name)),
    pause: (application, by, reason) =>
      noteAll(application, { type: "application.paused", by, reason }, tools),
    unpause: (application, by) => noteAll(application, { type: "application.unpaused", by }, tools),
    acknowledge: (application, by) =>
      noteAll(application, { type: "application.acknowledged", by }, tools),
  };
}

/** Rejects with GL_STORAGE_AWAY where it is not written down. */
async function noteAll(
  application: string | undefined,
  fact: WatchFact,
  tools: DeskTools,
): Promise<void> {
  const named =
    application === undefined ? [...tools.pipelines.values()] : [pipelineOf(tools, application)];
  const kept = await Promise.allSettled(
    named.map(async ({ recollection, ring }) => {
      const keeping = tools.note(recollection, fact);
      ring();
      await keeping;
    }),
  );
  for (const one of kept) if (one.status === "rejected") throw one.reason;
}

function statusOf({
  application,
  surveyor,
  recollection,
  logbook,
  context,
}: Pipeline): ApplicationStatus {
  const { name, home, standby } = application;
  const { primacy } = surveyor;
  const { paused } = recollection.memory;
  const known = "primary" in primacy ? primacy : { primary: null, epoch: null };
  return {
    name,
    home,
    standby,
    primary: known.primary,
    epoch: known.epoch,
    paused: paused ? { by: paused.by, reason: paused.reason } : null,
    clusters: Object.values(context().verdicts).map(({ cluster, kind: verdict }) => ({
      cluster,
      verdict,
    })),
    operation: logbook.running?.id ?? null,
  };
}
