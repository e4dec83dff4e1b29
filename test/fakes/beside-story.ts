import type { Json } from "../../src/domain/json.ts";
import type { OperationPlan, PlannedStep } from "../../src/domain/plan.ts";
import { JournalStory } from "./journal-story.ts";
import { AUTOMATIC, PLAN } from "./operation-story.ts";

const FENCE: PlannedStep = {
  id: "fence-data",
  uses: "data",
  cluster: "blue",
  subject: "store",
  needs: [],
  desired: { role: "fenced" },
  timeoutMs: 300,
  onFailure: "continue",
  owes: "fence",
  sources: {},
};

/** A failover that fences the store first; it had 100 writes when it was last seen well. */
export const FENCING: OperationPlan = {
  ...PLAN,
  // A person had to be waited for, and that is not what these stories are about.
  objectives: { rtoMs: 120_000, rpoMs: 2000 },
  steps: [
    FENCE,
    ...PLAN.steps
      .filter(({ id }) => id !== "fence-shop")
      .map((step) =>
        step.id === "promote-store"
          ? { ...step, needs: ["fence-data", "scale-shop", "data.check"] }
          : step,
      ),
  ],
};

const QUARANTINE: OperationPlan = {
  ...PLAN,
  id: "op-2",
  kind: "quarantine",
  from: "green",
  to: "blue",
  steps: [FENCE],
};

/** What the store says of itself. */
export const store = (role: string, writes?: number): Json => ({
  engine: "e",
  role,
  position: 17,
  ...(writes !== undefined && { writes }),
});

/** When a fence is reached that was not before the promotion, and what it saw. */
export interface Fenced {
  readonly before?: Json;
  readonly after: Json;
  readonly to?: number;
}

/**
 * Promoted at 832; the name server refused, and a person had it go on at 63,890. The fence is tried
 * again then, where `fenced` says what of it.
 */
export function tellLateFence(fenced?: Fenced, cause = AUTOMATIC): JournalStory {
  const story = new JournalStory(FENCING)
    .open(530, cause)
    .reach("data.check", [532, 545], { after: { losses: cause.losses } })
    .reach("scale-shop", [533, 800])
    .fail("fence-data", [531, 831], { reason: "GL_UNREACHABLE: blue does not answer" })
    .reach("promote-store", [832, 880], {
      before: store("standby", 100),
      after: store("primary", 100),
    })
    .reach("primary", [882, 900])
    .fail("point-public", [901, 3901], { reason: "GL_UNREACHABLE: 127.0.0.1:5353" })
    .tell(3910, { type: "operation.held", number: 1, reason: "point-public failed" })
    .tell(63_890, { type: "operation.resumed", number: 1, by: "alice" })
    .reach("point-public", [63_900, 63_950], { attempt: 2 });
  if (fenced) {
    const { before = store("primary", 107), after, to = 64_100 } = fenced;
    story.reach("fence-data", [63_901, to], { attempt: 2, before, after });
  } else
    story.fail("fence-data", [63_901, 63_940], {
      attempt: 2,
      reason: "GL_UNREACHABLE: blue does not answer",
    });
  story.reach("verify", [63_951, 64_000]);
  return story.tell(64_200, { type: "operation.ended", outcome: "succeeded" });
}

/** What pays the debts of another, at 1,000. */
export function tellQuarantine(debts: Json, fenced: Fenced): JournalStory {
  const { before = store("primary", 107), after } = fenced;
  const by = "decision";
  const opened = { plan: QUARANTINE, planHash: "h", by, reason: "blue answers", cause: { debts } };
  return new JournalStory(QUARANTINE)
    .tell(900, { type: "operation.opened", ...opened })
    .reach("fence-data", [910, 1000], { before, after })
    .tell(1100, { type: "operation.ended", outcome: "succeeded" });
}
