import type { Outcome } from "../../domain/event.ts";
import type { GuardName } from "../../domain/guard.ts";
import type { VerdictKind } from "../../domain/verdict-kind.ts";

/** One thing done to the sandbox, or waited for; waiting is bounded by who runs it. */
export type Act =
  | { readonly act: "panel"; readonly path: PanelPath; readonly body: Record<string, unknown> }
  /** Every fault ends. */
  | { readonly act: "heal" }
  | { readonly act: "sleep"; readonly ms: number }
  /** Until an operation has been opened. */
  | { readonly act: "until-opened" }
  /** Until the latest hold that was asked for holds a call. */
  | { readonly act: "until-held" }
  /** SIGKILL to Greenlight; what it was doing then gets no answer any more. */
  | { readonly act: "kill-greenlight" }
  | { readonly act: "start-greenlight" }
  /** SIGSTOP to Greenlight, and SIGCONT after that time. */
  | { readonly act: "stall-greenlight"; readonly ms: number };

type PanelPath = "/faults" | "/store" | "/workload" | "/holds";

/** What has to be true in the end; what is absent is not judged. */
export interface Expected {
  /** Is green primary in the end? Where it is not, blue is. */
  readonly moves: boolean;
  /** Of the operation; absent: none may be opened. */
  readonly outcome?: Outcome;
  readonly objectivesMet?: boolean;
  /** The verdict on blue. */
  readonly verdict?: VerdictKind;
  /** The guard that says why it does not move. */
  readonly guard?: GuardName;
}

export interface FaultCase {
  /** What is done, for people. */
  readonly what: string;
  /** What should come of it, for people. */
  readonly result: string;
  /** What makes the ground ready, while all is still well for users. */
  readonly before?: readonly Act[];
  /** The first of them is the fault: time counts from there. */
  readonly acts: readonly Act[];
  readonly expected: Expected;
}

const VANTAGES = ["127.0.0.11", "127.0.0.12", "127.0.0.13"];
const GREENLIGHT = "127.0.0.1";

const kill = (part: string, cluster: string): Act => fault({ kind: "kill", part, cluster });
const cut = (from: readonly string[], place: object): Act =>
  fault({ kind: "partition", from, ...place });
const sleep = (ms: number): Act => ({ act: "sleep", ms });

const STAYS = { moves: false, objectivesMet: true, guard: "verdict" } as const;
const MOVES = { moves: true, outcome: "succeeded", objectivesMet: true } as const;
/** Users have nobody to ask, and a human is called. */
const HOLDS = { moves: false, objectivesMet: false } as const;

/** Every fault that the demo knows. */
export const FAULTS: Readonly<Record<string, FaultCase>> = {
  "site-loss": {
    what: "all of blue is killed",
    result: "moves to green, objectives met",
    acts: [kill("all", "blue")],
    expected: MOVES,
  },
  "site-hang": {
    what: "all of blue accepts and answers nothing",
    result: "moves to green, objectives met",
    acts: [fault({ kind: "hang", part: "all", cluster: "blue" })],
    expected: MOVES,
  },
  "public-path": {
    what: "blue's public path is killed, the rest of blue is well",
    result: "moves to green with blue fenced, objectives met",
    acts: [kill("shop", "blue")],
    expected: MOVES,
  },
  "slow-standby": {
    what: "green's pods take 6.5 s to start, then blue is killed",
    result: "moves to green, the objective for the recovery time is missed",
    before: [workload({ cluster: "green", startupDelayMs: 6_500 })],
    acts: [kill("all", "blue")],
    expected: { ...MOVES, objectivesMet: false },
  },
  "serve-killed": {
    what: "blue is killed, and Greenlight itself just before it promotes green",
    result: "Greenlight is started again and completes the move",
    before: [hold({ part: "store", cluster: "green", verb: "PUT", path: "/role" })],
    acts: [
      kill("all", "blue"),
      { act: "until-held" },
      { act: "kill-greenlight" },
      { act: "start-greenlight" },
    ],
    expected: { moves: true, outcome: "succeeded" },
  },
  "blue-returns": {
    what: "blue is killed, and is back before green is promoted",
    result: "what was begun is undone, blue serves on",
    before: [workload({ cluster: "green", startupDelayMs: 5_000 })],
    acts: [kill("all", "blue"), { act: "until-opened" }, sleep(300), { act: "heal" }],
    expected: { moves: false, outcome: "undone", objectivesMet: true },
  },
  "api-only": {
    what: "blue's API server is killed, users are served",
    result: "does not move: no user is affected",
    acts: [kill("api", "blue")],
    expected: { ...STAYS, verdict: "api-only" },
  },
  "one-vantage": {
    what: "one vantage of three is cut off from blue",
    result: "does not move: the others see blue well",
    acts: [cut(VANTAGES.slice(0, 1), { part: "all", cluster: "blue" })],
    expected: STAYS,
  },
  "all-vantages": {
    what: "all vantages are cut off from both clusters",
    result: "does not move: when all looks bad, the observer is doubted",
    acts: [
      cut(VANTAGES, { part: "all", cluster: "blue" }),
      cut(VANTAGES, { part: "all", cluster: "green" }),
    ],
    expected: { ...STAYS, verdict: "inconclusive" },
  },
  "control-cut": {
    what: "all vantages are cut off from their control targets, then from blue",
    result: "does not move: an isolated observer abstains",
    before: [cut(VANTAGES, { part: "control" }), sleep(1_500)],
    acts: [cut(VANTAGES, { part: "all", cluster: "blue" })],
    expected: { ...STAYS, verdict: "observer-isolated" },
  },
  "serve-stalled": {
    what: "the whole Greenlight process stands still for 2 s",
    result: "does not move: its own stall is no outage of blue",
    acts: [{ act: "stall-greenlight", ms: 2_000 }],
    expected: { ...STAYS, verdict: "healthy" },
  },
  "store-lag": {
    what: "green's store falls 6 s behind, then blue is killed",
    result: "holds: more would be lost than the objective allows",
    before: [store({ cluster: "green", lagMs: 6_000 }), sleep(3_500)],
    acts: [kill("all", "blue")],
    expected: { ...HOLDS, verdict: "site-loss", guard: "loss-bound" },
  },
  "heartbeat-silent": {
    what: "blue's store writes no heartbeat any more, then blue is killed",
    result: "holds: nobody can say that the loss is within the objective",
    before: [store({ cluster: "blue", heartbeat: "silent" }), sleep(3_500)],
    acts: [kill("all", "blue")],
    expected: { ...HOLDS, verdict: "site-loss", guard: "loss-bound" },
  },
  "green-not-ready": {
    what: "Greenlight can't reach green's API server, then blue is killed",
    result: "holds: the standby is not ready",
    before: [cut([GREENLIGHT], { part: "api", cluster: "green" }), sleep(2_500)],
    acts: [kill("all", "blue")],
    expected: { ...HOLDS, verdict: "site-loss", guard: "standby-not-ready" },
  },
  "both-dead": {
    what: "blue and green are killed",
    result: "does not move: there is nowhere to go",
    acts: [kill("all", "blue"), kill("all", "green")],
    expected: { ...HOLDS, verdict: "inconclusive", guard: "verdict" },
  },
};

function fault(body: Record<string, unknown>): Act {
  return { act: "panel", path: "/faults", body };
}

function store(body: Record<string, unknown>): Act {
  return { act: "panel", path: "/store", body };
}

function workload(body: Record<string, unknown>): Act {
  return { act: "panel", path: "/workload", body };
}

function hold(body: Record<string, unknown>): Act {
  return { act: "panel", path: "/holds", body: { ...body, when: "before" } };
}
