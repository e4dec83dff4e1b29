import { peopleFor } from "../../domain/people.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { openOnRequest, type Request } from "../../engine/request.ts";
import type { Pipeline } from "../pipeline-loop.ts";

/**
 * How what a person asks for is opened. Rejects with GL_REFUSED and every reason; then nothing was.
 */
export type OpeningWay = (pipeline: Pipeline, runbook: Runbook, asked: Request) => Promise<unknown>;

/** By this process, at once; where others must agree first, when they have. */
export const openHere: OpeningWay = async (pipeline, runbook, asked) => {
  // Where it goes is read anew before it is opened: if more must agree by then, it is refused.
  const people = peopleFor(runbook, pipeline.context().to, pipeline.application);
  const isUpToAsker = asked.takesBack !== undefined || people === 1;
  return isUpToAsker
    ? await openOnRequest(runbook, asked, pipeline)
    : await pipeline.approvals.request(runbook, asked);
};

/** By a process that acts, once it has read in the journal that enough people agree. */
export const openElsewhere: OpeningWay = async (pipeline, runbook, asked) =>
  await pipeline.approvals.request(runbook, asked);
