import { GreenlightError } from "../../src/domain/errors.ts";
import type { DrillStatus, Drills } from "../../src/runtime/control/drill.ts";
import type { Openings } from "../../src/runtime/control/opening.ts";
import { instant } from "./calendar.ts";
import { PLAN } from "./operation-story.ts";

/** A weekly one, and one beside it that is never its turn. */
export function createFakeDrills({ open }: Pick<Openings, "open">): Drills {
  return {
    drills: async (count) => [weekly(count), second(count)],
    runDrill: async (name, { by, idempotencyKey, reason = `drill ${name}` }) => {
      if (name !== "weekly") throw new GreenlightError("GL_UNKNOWN", `there is no drill ${name}`);
      return await open({ application: "shop", kind: "drill", by, reason, idempotencyKey });
    },
  };
}

const SUNDAY = instant("2026-06-07T01:30");
const WEEK_MS = 7 * 86_400_000;

function weekly(count: number): DrillStatus {
  const times = Array.from({ length: count }, (_, i) => SUNDAY + i * WEEK_MS);
  return {
    name: "weekly",
    application: "shop",
    kind: "drill",
    cron: "30 3 * * SUN",
    timeZone: "Europe/Berlin",
    jitterMs: 60_000,
    blocked: ["sat, sun 20:00 to 02:00"],
    next: times.map((dueAt) => ({ dueAt, at: dueAt + 1000 })),
    last: [
      { dueAt: SUNDAY - WEEK_MS, outcome: "fired", operation: PLAN.id, state: "restored" },
      { dueAt: SUNDAY - 2 * WEEK_MS, outcome: "missed", reason: "nothing ran that could" },
    ],
  };
}

function second(count: number): DrillStatus {
  const whyNot = "weekly is due at the same time, and goes first";
  const { next, ...same } = weekly(count);
  return {
    ...same,
    name: "second",
    next: next.map((due) => ({ ...due, whyNot })),
    last: [{ dueAt: SUNDAY - WEEK_MS, outcome: "skipped", reason: whyNot }],
  };
}
