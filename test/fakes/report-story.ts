import type { Cause } from "../../src/domain/cause.ts";
import { freeze } from "../../src/domain/freeze.ts";
import type { OperationPlan } from "../../src/domain/plan.ts";
import { JournalStory, ONCE } from "./journal-story.ts";
import { AUTOMATIC, PLAN, tellHeldAndResumed, tellSuccess } from "./operation-story.ts";

const INTERVAL = { intervalMs: 250, timeoutMs: 250 };
const refused = { address: "127.0.0.2", whyNot: "connection refused" };

/** What the vantages were answered while the name moved: `offsetMs` is that of the opening. */
function tellClients(story: JournalStory): JournalStory {
  for (const [i, vantage] of ["east", "middle", "west"].entries())
    story.tell(985 + i, {
      type: "clients.observed",
      vantage,
      address: "127.0.0.3",
      since: ONCE + 960 + 10 * i,
      failed: 3,
    });
  return story;
}

const WATCHED = {
  ...AUTOMATIC,
  clients: {
    ...INTERVAL,
    seen: ["east", "middle", "west"].map((vantage, i) => ({
      vantage,
      ...refused,
      since: ONCE + 250 + 40 * i,
      failed: 1,
    })),
  },
};

/** `tellSuccess` of a plan whose criteria are frozen, with what clients saw. */
export function tellSeenSuccess(): JournalStory {
  return tellClients(watched(tellSuccess(freeze(PLAN)), WATCHED));
}

/** `tellHeldAndResumed`, with criteria. */
export function tellSeenHold(): JournalStory {
  return watched(tellHeldAndResumed(freeze(PLAN)), WATCHED);
}

const REHEARSAL: OperationPlan = freeze({
  ...PLAN,
  id: "op-rehearsal",
  kind: "drill",
  ends: "restore",
  steps: [
    ...PLAN.steps.filter(({ id }) => id === "scale-shop"),
    {
      id: "own-path",
      uses: "gate/own-path",
      cluster: "green",
      needs: ["scale-shop"],
      desired: { times: 3 },
      timeoutMs: 5e3,
      onFailure: "undo",
      sources: {},
    },
    {
      id: "data-ready",
      uses: "gate/data-ready",
      subject: "store",
      needs: [],
      desired: { maxLagMs: 2e3 },
      timeoutMs: 5e3,
      onFailure: "undo",
      sources: {},
    },
  ],
});

/** Green was scaled up, asked through its own path, and put back; nobody noticed. */
export function tellRehearsal(): JournalStory {
  const ready = { store: "store", cluster: "green", role: "standby", linkUp: true, lagMs: 40 };
  const seen = ["east", "west"].map((vantage) => ({
    vantage,
    address: "127.0.0.2",
    since: ONCE - 6e4,
    failed: 0,
  }));
  const cause = {
    request: { by: "schedule nightly", reason: "nightly was due at 2026-11-22T15:00:00.000Z" },
    approvals: [{ by: "bob", at: ONCE - 1000 }],
    clients: { ...INTERVAL, seen },
  };
  return new JournalStory(REHEARSAL)
    .open(0, cause as unknown as Cause)
    .reach("data-ready", [3, 20], { after: { ...ready, position: 17, confidence: "proven" } })
    .reach("scale-shop", [2, 320], {
      before: { replicas: 0, available: 0, epoch: 4, sequence: 9 },
      after: { replicas: 3, available: 3, epoch: 5, sequence: 4 },
    })
    .reach("own-path", [322, 360], { after: { address: "127.0.0.3", times: 3 } })
    .tell(365, { type: "undo.intended", step: "scale-shop", attempt: 1 })
    .tell(420, {
      type: "undo.reached",
      step: "scale-shop",
      attempt: 1,
      after: { replicas: 0, available: 0, epoch: 5, sequence: 9 },
    })
    .tell(425, { type: "operation.ended", outcome: "restored" });
}

/** The same story, opened for another cause. */
function watched(story: JournalStory, cause: object): JournalStory {
  const copy = new JournalStory(story.plan);
  for (const event of story.events) {
    const { at, seq: _, previous: __, hash: ___, stream: ____, epoch: _____, ...fact } = event;
    const told = fact.type === "operation.opened" ? { ...fact, cause } : fact;
    copy.tell(at - ONCE, told as Parameters<JournalStory["tell"]>[1]);
  }
  return copy;
}
