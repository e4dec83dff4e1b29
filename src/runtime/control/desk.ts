import { GreenlightError } from "../../domain/errors.ts";
import type { Runbook } from "../../domain/runbook.ts";
import type { Feed } from "../../engine/feed.ts";
import type { Notary } from "../../engine/notary.ts";
import type { Operations } from "../../engine/operations.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Digest } from "../../engine/ports/digest.ts";
import type { Reports } from "../../engine/ports/reports.ts";
import type { Signer } from "../../engine/ports/signer.ts";
import type { WatchedJournal } from "../../engine/watched-journal.ts";
import type { Pipeline } from "../pipeline-loop.ts";
import type { Drills } from "./drill.ts";
import type { NotingWay } from "./noting-way.ts";
import type { OpeningWay } from "./opening-way.ts";

/** What every desk answers people from. */
export interface DeskTools {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly journal: WatchedJournal;
  readonly feed: Feed;
  /** Calls back after each append of this process; returns how to stop that. */
  readonly onAppend: (listener: () => void) => () => void;
  readonly operations: Operations;
  readonly reports: Reports;
  readonly signer: Signer;
  readonly notary: Notary;
  readonly runbooks: ReadonlyMap<string, Runbook>;
  readonly drills: Drills;
  readonly openingWay: OpeningWay;
  readonly note: NotingWay;
  /** By application. */
  readonly pipelines: ReadonlyMap<string, Pipeline>;
}

/** Of the application. Throws GL_UNKNOWN. */
export function pipelineOf({ pipelines }: DeskTools, application: string): Pipeline {
  const found = pipelines.get(application);
  if (!found) throw new GreenlightError("GL_UNKNOWN", `there is no application ${application}`);
  return found;
}

/** Of the kind. Throws GL_UNKNOWN. */
export function runbookOf({ runbooks }: DeskTools, kind: string): Runbook {
  const found = runbooks.get(kind);
  if (!found) throw new GreenlightError("GL_UNKNOWN", `there is no runbook ${kind}`);
  return found;
}

/** What somebody asked for under this id and others must agree to, and who knows of it. */
export function requestOf({ pipelines }: DeskTools, id: string) {
  for (const pipeline of pipelines.values()) {
    const request = pipeline.approvals.find(id);
    if (request) return { request, pipeline };
  }
  return undefined;
}
