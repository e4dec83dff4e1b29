import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { HeldLease, LeaseRecord } from "../../engine/ports/lease.ts";
import { dateOf, parseRfc3339 } from "../clock/rfc3339.ts";
import { readFence, renderFence } from "./fence-annotation.ts";

/** What one version of a Lease object says; `transitions` counts the changes of its holder. */
export interface StoredLease extends HeldLease {
  readonly transitions: number;
}

/** The name of the Lease of an application. */
export function leaseName(application: string): string {
  return `greenlight-${application}`;
}

/**
 * The part of the Lease object that is ours, as a merge patch: null takes a field away.
 * A duration is kept in whole seconds, rounded up: whoever waits for its end waits long enough.
 */
export function renderLease(
  next: LeaseRecord,
  transitions: number,
): { readonly annotations: JsonObject; readonly spec: JsonObject } {
  return {
    annotations: {
      ...renderFence(next),
      [PRIMARY]: next.primary,
      [OPERATION]: next.operation ?? null,
    },
    spec: {
      holderIdentity: next.holder ?? null,
      leaseDurationSeconds: Math.ceil(next.durationMs / 1000),
      renewTime: next.renewedAt === undefined ? null : toMicroTime(next.renewedAt),
      leaseTransitions: transitions,
    },
  };
}

/** Throws GL_RECORD_UNREADABLE for what `renderLease` does not write: it is never taken for none. */
export function readLease(object: Json): StoredLease {
  const result = schema.safeParse(object);
  if (!result.success) throw unreadable(z.prettifyError(result.error), result.error);
  const { metadata, spec } = result.data;
  const renewedAt = spec.renewTime === undefined ? undefined : parseRfc3339(spec.renewTime);
  if (Number.isNaN(renewedAt)) throw unreadable(`renewTime is ${spec.renewTime}`);
  const operation = metadata.annotations[OPERATION];
  return {
    version: metadata.resourceVersion,
    transitions: spec.leaseTransitions,
    record: {
      ...readFence(metadata.annotations),
      primary: metadata.annotations[PRIMARY],
      durationMs: spec.leaseDurationSeconds * 1000,
      ...(operation !== undefined && { operation }),
      ...(spec.holderIdentity !== undefined && { holder: spec.holderIdentity }),
      ...(renewedAt !== undefined && { renewedAt }),
    },
  };
}

/** As Kubernetes writes it: six digits after the point. */
function toMicroTime(wallMs: number): string {
  return dateOf(wallMs).toISOString().replace("Z", "000Z");
}

function unreadable(what: string, cause?: unknown): GreenlightError {
  return new GreenlightError("GL_RECORD_UNREADABLE", `Lease: ${what}`, cause);
}

const PRIMARY = "greenlight.dev/primary";
const OPERATION = "greenlight.dev/operation";

const schema = z.object({
  metadata: z.object({
    resourceVersion: z.string().min(1),
    annotations: z
      .object({
        "greenlight.dev/epoch": z.string(),
        "greenlight.dev/sequence": z.string(),
        [PRIMARY]: z.string().min(1),
        [OPERATION]: z.string().min(1).optional(),
      })
      .catchall(z.string()),
  }),
  spec: z.object({
    holderIdentity: z.string().min(1).optional(),
    leaseDurationSeconds: z.int().positive(),
    renewTime: z.string().optional(),
    leaseTransitions: z.int().nonnegative().default(0),
  }),
});
