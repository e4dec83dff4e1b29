import { expect, test } from "@jest/globals";
import { type Draft, type Fact, streamOf } from "../../../../src/domain/event.ts";
import type { Json } from "../../../../src/domain/json.ts";
import type { OperationPlan } from "../../../../src/domain/plan.ts";
import { foldMessage } from "../../../../src/engine/message/fold-message.ts";
import { NOTHING_TOLD, type Telling } from "../../../../src/engine/message/told.ts";
import { PLAN, tellOwedFence, tellSuccess, tellUndone } from "../../../fakes/operation-story.ts";

/** What people are told of these facts; the state goes through JSON, as it does over a restart. */
function tellingsOf(facts: readonly Draft[]): readonly Telling[] {
  let told = NOTHING_TOLD;
  return facts.flatMap((fact) => {
    const folded = foldMessage(JSON.parse(JSON.stringify(told)), fact);
    told = folded.told;
    return folded.tellings;
  });
}

const titlesOf = (facts: readonly Draft[]) =>
  tellingsOf(facts).map(({ severity, title }) => `${severity}: ${title}`);
const of = (fact: Fact, stream = streamOf("shop")): Draft => ({ ...fact, stream, epoch: 1, at: 9 });

const RAISED = of({
  type: "suspicion.raised",
  cluster: "blue",
  lastGoodAt: 1_767_225_600_000,
  firstFailedAt: 1_767_225_600_250,
  vantage: "east",
  probe: "front",
  answer: "refused",
});
const CLEARED = of({ type: "suspicion.cleared", cluster: "blue" });
const verdict = (kind: "healthy" | "site-loss" | "degraded" | "inconclusive") =>
  of({ type: "verdict.reached", cluster: "blue", verdict: kind, evidence: [] });
const decision = (action: "hold" | "move" | "stay", ...reasons: string[]) =>
  of({ type: "decision.made", action, verdict: "site-loss", reasons, facts: null });
const ended = (outcome: "succeeded" | "restored" | "undone" | "preempted" | "held") =>
  of({ type: "operation.ended", outcome }, PLAN.id);
const opened = (plan: Partial<OperationPlan>) =>
  of(
    {
      type: "operation.opened",
      plan: { ...PLAN, ...plan },
      planHash: "",
      by: "alice",
      reason: "because",
      cause: null,
    },
    PLAN.id,
  );

test("a few lost answers are nobody's business", () => {
  expect(titlesOf([verdict("healthy"), RAISED, CLEARED, RAISED, CLEARED])).toEqual([]);
  const blip = [RAISED, verdict("inconclusive"), verdict("healthy"), CLEARED];
  expect(titlesOf([...blip, ...blip])).toEqual([]);
});

test("a suspicion is told once, when the verdict bears it out, and that it is over once", () => {
  const facts = [RAISED, verdict("degraded"), verdict("site-loss"), RAISED];
  expect(titlesOf(facts)).toEqual(["warning: shop: blue is suspected, it looks like degraded"]);
  expect(titlesOf([verdict("site-loss"), RAISED])).toHaveLength(1);
  const [, over, ...others] = tellingsOf([...facts, CLEARED, verdict("healthy"), CLEARED]);
  expect(over).toMatchObject({ severity: "info", title: "shop: blue is healthy again" });
  expect(others).toEqual([]);
  expect(titlesOf([...facts, CLEARED, verdict("healthy"), ...facts])).toHaveLength(3);
  // It is not primary any more, and as lost as before.
  expect(titlesOf([...facts, CLEARED, RAISED])).toHaveLength(1);
  const [{ text } = { text: "" }] = tellingsOf(facts);
  expect(text).toContain("probe front from east: refused at 2026-01-01T00:00:00.250Z");
  expect(text).toContain("greenlight explain shop");
});

test("a decision is told again only when it is another one, or all was well meanwhile", () => {
  const hold = decision("hold", "store: up to 2310 ms would be lost");
  const more = decision("hold", "store: up to 9999 ms would be lost");
  const page = "page: shop: site-loss, and it may not move by itself";
  expect(titlesOf([hold, more, hold])).toEqual([page]);
  expect(titlesOf([hold, decision("stay"), more])).toEqual([page, page]);
  expect(titlesOf([hold, verdict("healthy"), more])).toEqual([page, page]);
  expect(titlesOf([hold, decision("move")])).toEqual([page, "warning: shop: site-loss, it moves"]);
});

test("an operation that moves the application: its beginning, its hold, its end", () => {
  const what = "failover of shop from blue to green";
  expect(titlesOf(tellSuccess().events)).toEqual([
    `warning: ${what} began`,
    `info: ${what} succeeded`,
  ]);
  const undone = tellingsOf(tellUndone().events);
  expect(undone.at(-1)).toMatchObject({
    severity: "page",
    title: `${what} was undone`,
    operation: "op-1",
    text: expect.stringMatching(/^scale-shop failed.*shop is where it was.*report show op-1/),
  });
  const held = of({ type: "operation.held", number: 1, reason: "dns failed" }, PLAN.id);
  const [, page, end] = tellingsOf([opened({}), held, ended("held")]);
  expect(page).toMatchObject({ severity: "page", title: `${what} is held` });
  for (const verb of ["show", "resume", "abort"])
    expect(page?.text).toContain(`greenlight operation ${verb} op-1`);
  expect(end?.title).toBe(`${what} was ended as it is`);
});

test("what is owed is told once, when the operation is over, and not where it was taken back", () => {
  const tellings = tellingsOf(tellOwedFence().events);
  expect(tellings.map(({ title }) => title)).toEqual([
    "failover of shop from blue to green began",
    "shop owes the fence of blue",
    "failover of shop from blue to green succeeded",
  ]);
  expect(tellings[1]?.text).toContain("fence-shop failed: GL_UNREACHABLE");
  expect(tellings[1]?.text).toContain("seen to by itself");
  const events = tellOwedFence().events.map((event) =>
    event.type === "operation.ended" ? { ...event, outcome: "undone" as const } : event,
  );
  expect(titlesOf(events).filter((title) => title.includes("owes"))).toEqual([]);
});

test("what is put back in the end: whatever comes of it, no one is woken, and the report is named", () => {
  const steps = PLAN.steps.filter(({ uses }) => uses === "scale");
  const rehearsal = opened({ kind: "drill", ends: "restore", steps });
  for (const outcome of ["restored", "undone", "preempted"] as const) {
    const [began, end] = tellingsOf([rehearsal, ended(outcome)]);
    expect(began).toMatchObject({ severity: "info", title: "drill of shop on green began" });
    expect(end?.severity).toBe(outcome === "restored" ? "info" : "warning");
    expect(end?.text).toContain("greenlight report show op-1");
  }
});

test("what nothing pays by itself is told with what a person does", () => {
  const steps = PLAN.steps.map((one) => (one.owes ? { ...one, owes: "follow" } : one));
  const [, debt] = tellingsOf(tellOwedFence({ ...PLAN, steps }).events);
  expect(debt?.title).toBe("shop owes the follow of blue");
  expect(debt?.text).not.toContain("by itself");
  expect(debt?.text).toContain("runbooks/");
  expect(debt?.text).toContain("greenlight explain shop");
});

test("what begins by itself on the side that was left: a quarantine matters, housekeeping does not", () => {
  const on = { to: "blue", from: "green" };
  const fence = PLAN.steps.filter(({ owes }) => owes !== undefined);
  expect(titlesOf([opened({ kind: "quarantine", ...on, steps: fence })])).toEqual([
    "warning: quarantine of shop on blue began",
  ]);
  const [scale] = PLAN.steps.filter(({ uses, owes }) => uses === "scale" && !owes);
  expect(titlesOf([opened({ kind: "retire", ...on, steps: scale ? [scale] : [] })])).toEqual([
    "info: retire of shop on blue began",
  ]);
});

test("an approval that is wanted has the command, and its end is told", () => {
  const plan = { ...PLAN, kind: "failback" };
  const requested = of({
    type: "approval.requested",
    operation: PLAN.id,
    plan,
    planHash: "",
    by: "alice",
    reason: "blue is well",
    people: 2,
    expiresAt: 1_767_226_200_000,
  });
  const closed = (end: "opened" | "expired") =>
    of({ type: "approval.closed", operation: PLAN.id, end, reason: "10 min are over" });
  const [wanted, expired] = tellingsOf([requested, closed("expired")]);
  expect(wanted).toMatchObject({ application: "shop", operation: "op-1" });
  expect(wanted?.text).toMatch(
    /alice asks for it: blue is well.*until 2026-01-01T00:10:00.000Z: greenlight operation approve op-1$/,
  );
  expect(expired?.title).toBe("failback of shop from blue to green was not begun: expired");
  expect(titlesOf([requested, closed("opened")]).at(-1)).toMatch(/^info: .* was approved$/);
});

test("a schedule that was missed or skipped is told with its reason; one that fired speaks for itself", () => {
  const due = { schedule: "weekly", dueAt: 1_767_225_600_000, reason: "nobody was running" };
  const [missed, skipped, ...others] = tellingsOf(
    (["schedule.missed", "schedule.skipped", "schedule.fired"] as const).map((type) =>
      of({ type, ...due }),
    ),
  );
  expect(missed).toMatchObject({
    severity: "warning",
    title: "shop: schedule weekly was missed",
    text: "It was due at 2026-01-01T00:00:00.000Z: nobody was running.",
  });
  expect(skipped).toMatchObject({ severity: "info" });
  expect(others).toEqual([]);
});

test("of an operation whose beginning nobody told, as in a journal from before, nothing is told", () => {
  expect(titlesOf([ended("succeeded")])).toEqual([]);
});

const intended = (step: string, before: Json) =>
  of({ type: "step.intended", step, attempt: 2, before, deadline: 0 }, PLAN.id);
const BESIDE = "page: blue serves shop beside the primary";

test("a former primary that serves beside the new one is paged once, and only past promote", () => {
  const serving = intended("fence-shop", { replicas: 3 });
  const promote = intended("promote-store", { role: "standby" });
  const titles = titlesOf([opened({}), serving, promote, serving, serving]);
  expect(titles.filter((title) => title === BESIDE)).toHaveLength(1);
  expect(titlesOf([opened({}), serving])).not.toContain(BESIDE);
  const stopped = intended("fence-shop", { replicas: 0 });
  expect(titlesOf([opened({}), promote, stopped])).not.toContain(BESIDE);
});

test("where stores are fenced, it is a store that takes writes that is paged", () => {
  const steps = PLAN.steps.flatMap((step) =>
    step.id === "fence-shop" ? [step, { ...step, id: "fence-data", uses: "data" }] : [step],
  );
  const promote = intended("promote-store", { role: "standby" });
  const titles = (step: string, before: Json) =>
    titlesOf([opened({ steps }), promote, intended(step, before)]);
  expect(titles("fence-data", { role: "primary" })).toContain(BESIDE);
  expect(titles("fence-data", { role: "standby" })).not.toContain(BESIDE);
  expect(titles("fence-shop", { replicas: 3 })).not.toContain(BESIDE);
});
