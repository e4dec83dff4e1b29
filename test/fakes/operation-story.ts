import type { AutomaticCause, Fault, ManualCause } from "../../src/domain/cause.ts";
import type { OperationPlan, PlannedStep } from "../../src/domain/plan.ts";
import { JournalStory, ONCE } from "./journal-story.ts";

const STEPS: readonly PlannedStep[] = [
  {
    id: "fence-shop",
    uses: "scale",
    cluster: "blue",
    subject: "shop",
    needs: [],
    desired: { replicas: 0 },
    timeoutMs: 300,
    retries: 0,
    onFailure: "continue",
    owes: "fence",
    sources: {},
  },
  {
    id: "scale-shop",
    uses: "scale",
    cluster: "green",
    subject: "shop",
    needs: [],
    desired: { replicas: 3 },
    timeoutMs: 5000,
    onFailure: "undo",
    sources: { replicas: "as blue last had them while healthy" },
  },
  {
    id: "data.check",
    uses: "gate/loss-bound",
    subject: "store",
    needs: [],
    desired: { maxLossMs: 2000 },
    timeoutMs: 2000,
    onFailure: "undo",
    sources: { "objectives.rpoMs": "config" },
  },
  {
    id: "promote-store",
    uses: "data",
    cluster: "green",
    subject: "store",
    needs: ["fence-shop", "scale-shop", "data.check"],
    desired: { role: "primary" },
    timeoutMs: 5000,
    onFailure: "hold",
    irreversible: true,
    sources: {},
  },
  {
    id: "primary",
    uses: "lease",
    cluster: "green",
    needs: ["promote-store"],
    desired: { primary: "green" },
    timeoutMs: 2000,
    onFailure: "hold",
    sources: {},
  },
  {
    id: "point-public",
    uses: "dns",
    subject: "public",
    needs: ["promote-store"],
    desired: { address: "127.0.0.3" },
    timeoutMs: 3000,
    onFailure: "hold",
    sources: { address: "public.addresses.green" },
  },
  {
    id: "verify",
    uses: "gate/public-path",
    cluster: "green",
    needs: ["primary", "point-public"],
    desired: { times: 3 },
    timeoutMs: 5000,
    onFailure: "hold",
    sources: {},
  },
];

export const PLAN: OperationPlan = {
  id: "op-1",
  kind: "failover",
  epoch: 5,
  ends: "keep",
  steps: STEPS,
  application: "shop",
  from: "blue",
  to: "green",
  objectives: { rtoMs: 5000, rpoMs: 2000 },
};

const FAULT: Fault = {
  lastGoodAt: ONCE,
  firstFailedAt: ONCE + 250,
  suspectedAt: ONCE + 260,
  verdictAt: ONCE + 500,
  decidedAt: ONCE + 510,
};

export const AUTOMATIC: Required<AutomaticCause> = {
  decision: { action: "move", guards: [] },
  verdict: { kind: "site-loss", evidence: ["api refused at 3 of 3", "public refused at 3 of 3"] },
  fault: FAULT,
  stores: [{ store: "store", cluster: "blue", writes: 100, at: ONCE - 500 }],
  losses: [
    {
      store: "store",
      ms: 400,
      confidence: "estimated",
      method: "last good answer minus newest heartbeat",
    },
  ],
};

export const MANUAL: ManualCause = { request: { by: "alice", reason: "blue's rack is on fire" } };

const LOSSES = {
  losses: [
    {
      store: "store",
      ms: 350,
      confidence: "estimated",
      method: "first failed probe minus newest heartbeat",
    },
  ],
};

/** Up to the point of no return, but for the fence. */
const prepare = (story: JournalStory): JournalStory =>
  story
    .open(530, AUTOMATIC)
    .reach("data.check", [532, 545], { after: LOSSES })
    .reach("scale-shop", [533, 800], {
      before: { replicas: 0 },
      after: { replicas: 3, available: 3 },
    });

/** From the promotion to the end; all that the tests need to know of it is `end`. */
const finish = (story: JournalStory, from: number): JournalStory =>
  story
    .reach("point-public", [from + 1, from + 40], {
      before: { address: "127.0.0.2" },
      after: { address: "127.0.0.3" },
    })
    .reach("primary", [from + 2, from + 20], {
      before: { primary: "blue" },
      after: { primary: "green" },
    })
    .reach("verify", [from + 41, from + 120])
    .tell(from + 125, { type: "operation.ended", outcome: "succeeded" });

/** All went well. Fault at 0 to 250, opened at 530, verified at 1,000. */
export function tellSuccess(plan: OperationPlan = PLAN): JournalStory {
  const story = new JournalStory(plan)
    .open(530, AUTOMATIC)
    .reach("fence-shop", [531, 560], { before: { replicas: 3 }, after: { replicas: 0 } })
    .reach("data.check", [532, 545], { after: LOSSES })
    .reach("scale-shop", [533, 800], {
      before: { replicas: 0 },
      after: { replicas: 3, available: 3 },
    })
    .reach("promote-store", [801, 880], {
      before: { role: "standby" },
      after: { role: "primary" },
    });
  return finish(story, 880);
}

/** The same, but blue did not answer: its fence is owed. */
export function tellOwedFence(plan: OperationPlan = PLAN): JournalStory {
  const story = prepare(new JournalStory(plan))
    .fail("fence-shop", [531, 831], { reason: "GL_UNREACHABLE: blue does not answer" })
    .reach("promote-store", [832, 880], {
      before: { role: "standby" },
      after: { role: "primary" },
    });
  return finish(story, 880);
}

/** Promoted, then the name server refused; a human resumed it 60 s later. */
export function tellHeldAndResumed(plan: OperationPlan = PLAN): JournalStory {
  const story = prepare(new JournalStory(plan))
    .reach("fence-shop", [531, 560], { before: { replicas: 3 }, after: { replicas: 0 } })
    .reach("promote-store", [801, 880], { before: { role: "standby" }, after: { role: "primary" } })
    .reach("primary", [882, 900], { before: { primary: "blue" }, after: { primary: "green" } })
    .fail("point-public", [881, 3881], {
      before: { address: "127.0.0.2" },
      reason: "GL_UNREACHABLE: 127.0.0.1:5353",
    })
    .tell(3890, { type: "operation.held", number: 1, reason: "point-public failed" })
    .tell(63_890, { type: "operation.resumed", number: 1, by: "alice" })
    .reach("point-public", [63_900, 63_950], {
      attempt: 2,
      before: { address: "127.0.0.2" },
      after: { address: "127.0.0.3" },
    })
    .reach("verify", [63_951, 64_000]);
  return story.tell(64_010, { type: "operation.ended", outcome: "succeeded" });
}

/** Asked for by a person; green had no room; all was taken back. */
export function tellUndone(plan: OperationPlan = PLAN): JournalStory {
  return new JournalStory(plan)
    .open(0, MANUAL)
    .reach("fence-shop", [1, 30], { before: { replicas: 3 }, after: { replicas: 0 } })
    .tell(2, { type: "step.intended", step: "data.check", attempt: 1, deadline: ONCE + 2002 })
    .tell(3, { type: "gate.refused", step: "data.check", attempt: 1, reason: "no heartbeat yet" })
    .tell(90, { type: "step.reached", step: "data.check", attempt: 1, after: LOSSES })
    .fail("scale-shop", [4, 5004], { before: { replicas: 0 }, reason: "0 of 3 pods available" })
    .tell(5010, { type: "undo.intended", step: "scale-shop", attempt: 1 })
    .tell(5040, { type: "undo.reached", step: "scale-shop", attempt: 1, after: { replicas: 0 } })
    .tell(5041, { type: "undo.intended", step: "fence-shop", attempt: 1 })
    .tell(5300, { type: "undo.reached", step: "fence-shop", attempt: 1, after: { replicas: 3 } })
    .tell(5310, { type: "operation.ended", outcome: "undone", reason: "scale-shop failed" });
}
