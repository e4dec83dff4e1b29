import { describe, expect, test } from "@jest/globals";
import type { JournalEvent } from "../../../../src/domain/event.ts";
import type { Json } from "../../../../src/domain/json.ts";
import type { DeskTools } from "../../../../src/runtime/control/desk.ts";
import { createOpeningDesk } from "../../../../src/runtime/control/opening-desk.ts";
import { PLAN } from "../../../fakes/operation-story.ts";

const WINDOW_MS = 600_000;
const plan = { ...PLAN, commit: { windowMs: WINDOW_MS, back: "switchover" } };
const about = { stream: "op-1", epoch: 5, at: 0 };

/** A move that succeeded; its commit window is open until `WINDOW_MS` of the clock. */
function deskAt(nowMs: number, { cause = null, last = "op-1" }: { cause?: Json; last?: string }) {
  const events = [
    { ...about, type: "operation.opened", plan, planHash: "", by: "alice", reason: "", cause },
    { ...about, type: "operation.ended", outcome: "succeeded" },
  ] as unknown as readonly JournalEvent[];
  const commit = { operation: { ...plan, id: last }, untilMs: WINDOW_MS };
  const tools = {
    clock: { monotonicMs: () => nowMs },
    digest: (text: string) => text.replaceAll(/\W/g, "").padEnd(20, "0"),
    journal: { read: async (id: string) => (id === "op-1" ? events : []) },
    // Who gets as far as this may take it back.
    runbooks: new Map(),
    pipelines: new Map([["shop", { logbook: { commit }, approvals: { find: () => undefined } }]]),
  };
  const desk = createOpeningDesk(tools as unknown as DeskTools);
  const request = { operation: "op-1", by: "alice", reason: "so", idempotencyKey: "one" };
  return desk.rollback(request);
}

describe("a planned move that is to be taken back", () => {
  test("is, until its window is over to the millisecond", async () => {
    const asked = { message: expect.stringMatching(/there is no runbook switchover$/) };
    await expect(deskAt(WINDOW_MS, {})).rejects.toMatchObject(asked);
  });

  test.each<[string, number, Parameters<typeof deskAt>[1], RegExp]>([
    ["is not once its window is over", WINDOW_MS + 1, {}, /its commit window of 600 s is over$/],
    ["is not when another moved since", 1, { last: "op-2" }, /something else moved it since/],
    [
      "is not when it takes another back itself",
      1,
      { cause: { takesBack: "op-0" } },
      /op-1 takes op-0 back itself: to go there again, ask for a switchover$/,
    ],
  ])("%s", async (_, nowMs, story, message) => {
    const refused = { code: "GL_REFUSED", message: expect.stringMatching(message) };
    await expect(deskAt(nowMs, story)).rejects.toMatchObject(refused);
  });
});
