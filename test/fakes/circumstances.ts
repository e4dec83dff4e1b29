import type { Application, Policy } from "../../src/domain/application.ts";
import type { DecisionContext, GuardName, StoreLoss } from "../../src/domain/guard.ts";
import { judge } from "../../src/domain/verdict.ts";
import type { VerdictKind } from "../../src/domain/verdict-kind.ts";
import { viewOf } from "./sightings.ts";

const policy: Policy = {
  moveOn: ["site-loss", "workload"],
  fencing: { unreachable: "owe", acceptedBy: "platform team" },
  cooldownMs: 60_000,
  stabilisationMs: 0,
  commitWindowMs: 600_000,
  approvals: {},
  thresholds: { failure: 3, success: 2 },
  quorum: 2,
};
export const application: Application = {
  name: "shop",
  home: "blue",
  standby: "green",
  objectives: { rtoMs: 5000, rpoMs: 2000 },
  policy,
  addresses: { blue: "127.0.0.2", green: "127.0.0.3" },
  workloads: ["shop"],
  data: ["store"],
  dns: ["public"],
  traffic: [],
  ttls: { public: { normal: 5, move: 1 } },
  dnsTimeoutsMs: { public: 30_000 },
};
export const loss: StoreLoss = {
  store: "store",
  ms: 2000,
  confidence: "estimated",
  method: "by heartbeat",
  reasons: ["a reason"],
};
export const base = judge(viewOf({}), {
  cluster: "blue",
  serves: true,
  quorum: 2,
  failureDomains: 3,
});
export const verdictOf = (kind: VerdictKind) => ({ blue: { ...base, kind, because: "so it is" } });
/** Blue is lost, and nothing speaks against a move to green. */
export const LOST: DecisionContext = {
  now: 1_000_000,
  application,
  primary: "blue",
  to: "green",
  verdicts: verdictOf("site-loss"),
  standbyNotReady: [],
  losses: [loss],
  failureDomains: 3,
  primaryAnswers: false,
};
export const under = (more: Partial<Policy>): Partial<DecisionContext> => {
  return { application: { ...application, policy: { ...policy, ...more } } };
};
export const lossOf = (more: Partial<StoreLoss>) => ({ losses: [{ ...loss, ...more }] });

const NEVER_GOOD = {
  layer: "public",
  probe: "front",
  answer: "unready",
  lastGoodAt: null,
  firstFailedAt: 999_000,
} as const;

/** What is different, which guard refuses then, and with which words. */
export const REFUSED: readonly [string, Partial<DecisionContext>, GuardName, RegExp][] = [
  ["it is paused", { pausedBy: "alice: release day" }, "paused", /alice: release day/],
  [
    "its probes never got a good answer",
    { suspicion: { ...NEVER_GOOD, cluster: "blue", vantage: "east" } },
    "never-healthy",
    /blue was never seen to answer well at its public layer/,
  ],
  ["it has just moved", { lastMoveEndedAt: 940_001 }, "cooldown", /: 1 s remain/],
  [
    "an earlier one was acknowledged",
    { lastMoveEndedAt: 940_001, acknowledgedAt: 940_000 },
    "cooldown",
    /: 1 s remain/,
  ],
  ["a human stopped it", { stoppedBy: "alice stopped op-7" }, "stopped", /alice stopped op-7, and/],
  ["the clock was set back", { lastMoveEndedAt: 2_000_000 }, "cooldown", /: 1060 s remain/],
  [
    "green is not ready",
    { standbyNotReady: ["its API server does not answer", "no Deployment shop"] },
    "standby-not-ready",
    /green is not ready: its API server does not answer; no Deployment shop/,
  ],
  ["it is there", { to: "blue" }, "standby-not-ready", /blue is the primary already/],
  ["too much is lost", lossOf({ ms: 2001 }), "loss-bound", /store: up to 2001 ms.* 2000 ms/],
  ["nobody knows what", lossOf({ ms: null }), "loss-bound", /store: .* unknown: a reason/],
  ["nobody is sure", lossOf({ confidence: "unknown" }), "loss-bound", /unknown: a reason/],
  ["it is no number", lossOf({ ms: Number.NaN }), "loss-bound", /NaN/],
  ["it is of another store", lossOf({ store: "x" }), "loss-bound", /store: .* was not read/],
  ["another one runs", { runningOperation: "op-7" }, "operation-running", /op-7/],
  [
    "an owed fence is refused",
    under({ fencing: { unreachable: "refuse" } }),
    "fencing",
    /blue does not answer.* refuses/,
  ],
  [
    "an owed fence is nobody's",
    under({ fencing: { unreachable: "owe", acceptedBy: "" } }),
    "fencing",
    /nobody accepted/,
  ],
  ["a quorum of one", under({ quorum: 1 }), "failure-domains", /one vantage alone would move it/],
  ["two failure domains", { failureDomains: 2 }, "failure-domains", /in 2 failure domains/],
  ["both claim it", { adoptionProblem: "both are primary" }, "adoption", /both are primary/],
];
