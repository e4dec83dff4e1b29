import type { Runbook } from "../../domain/runbook.ts";
import { openOnRequest, peopleFor, type Request } from "../../engine/request.ts";
import type { Pipeline } from "../pipeline-loop.ts";

/**
 * How what a person asks for is opened. Rejects with GL_REFUSED and every reason; then nothing was.
 */
export type OpeningWay = (pipeline: Pipeline, runbook: Runbook, asked: Request) => Promise<unknown>;

/** By this process, at once; where others must agree first, when they have. */
export const openHere: OpeningWay = async (pipeline, runbook, asked) => {
  const isUpToAsker = asked.takesBack !== undefined || peopleFor(runbook, pipeline) === 1;
  return isUpToAsker
    ? await openOnRequest(runbook, asked, pipeline)
    : await pipeline.approvals.request(runbook, asked);
};

/** By a process that acts, once it has read in the journal that enough people agree. */
export const openElsewhere: OpeningWay = async (pipeline, runbook, asked) =>
  await pipeline.approvals.request(runbook, asked);
