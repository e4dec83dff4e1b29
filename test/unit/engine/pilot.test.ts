import { expect, test } from "@jest/globals";
import type { JournalEvent } from "../../../src/domain/event.ts";
import type { FaultName } from "../../simulation/outage/fault.ts";
import { runOutage, type Script } from "../../simulation/outage/outage.ts";

/** What is noted of the application in a simulated world with these faults. */
async function notesOf(faults: readonly [FaultName, number, number][], more: Partial<Script> = {}) {
  const scheduled = faults.map(([fault, atMs, forMs]) => ({ fault, atMs, forMs }));
  const { world, events } = await runOutage({ seed: 1, faults: scheduled, ...more });
  const began = world.clock.wallMs() - world.clock.monotonicMs();
  const of = <Type extends JournalEvent["type"]>(type: Type) =>
    events.filter((event): event is Extract<JournalEvent, { type: Type }> => event.type === type);
  return { began, of, world };
}
const REFUSE = { policy: { fencing: { unreachable: "refuse" } } } as const;

test("who is primary at first, and how large its workloads are, is noted once", async () => {
  const { of } = await notesOf([["a human aborts", 4_000, 100]]);
  expect(of("application.adopted")).toMatchObject([{ primary: "blue", epoch: 0 }]);
  expect(of("workload.seen")).toMatchObject([{ cluster: "blue", workload: "shop", replicas: 3 }]);
  expect(of("suspicion.raised")).toEqual([]);
});

test("a doubt is noted once with its bounds, and once that it is over", async () => {
  const { began, of } = await notesOf([["blue dies", 3_000, 4_000]], REFUSE);
  const [raised, ...others] = of("suspicion.raised");
  // When it is over, some see it well before others do: that is another doubt, with bounds of its own.
  for (const other of others) expect((other.firstFailedAt ?? 0) - began).toBeGreaterThan(6_900);
  expect(raised).toMatchObject({ cluster: "blue", answer: "refused" });
  expect((raised?.lastGoodAt ?? 0) - began).toBeLessThanOrEqual(3_000);
  expect((raised?.firstFailedAt ?? 0) - began).toBeGreaterThanOrEqual(2_998);
  expect((raised?.firstFailedAt ?? 0) - began).toBeLessThan(3_250);
  const cleared = of("suspicion.cleared").map(({ at }) => at - began);
  expect(cleared.length).toBeGreaterThan(0);
  for (const at of cleared) expect(at).toBeGreaterThan(6_900);
});

test("a lasting doubt that becomes a loss is noted anew, with the bounds of the loss", async () => {
  const { began, of } = await notesOf(
    [
      ["one vantage is cut from blue", 2_000, 10_000],
      ["blue dies", 6_000, 5_000],
    ],
    REFUSE,
  );
  const firsts = of("suspicion.raised").map(({ firstFailedAt }) => (firstFailedAt ?? 0) - began);
  expect(firsts[0]).toBeLessThan(3_000);
  expect(firsts.at(-1)).toBeGreaterThanOrEqual(5_998);
  expect(firsts.length).toBeLessThan(5);
});

test("nobody who starts later goes by a first failure that good answers came after", async () => {
  const { began, of } = await notesOf(
    [
      ["one vantage is cut from blue", 2_000, 14_000],
      ["the process is killed", 5_000, 100],
      ["blue dies", 6_000, 9_000],
    ],
    { restartMs: 4_000 },
  );
  const blind = of("operation.opened").filter(({ at }) => at - began < 15_000);
  expect(blind).toEqual([]);
  const lost = of("decision.made").flatMap(({ reasons }) => reasons);
  expect(lost).toContainEqual(expect.stringMatching(/would be lost/));
});

test("a decision is noted when it becomes another one, not each time it is made", async () => {
  const { of } = await notesOf([["blue dies", 3_000, 8_000]], REFUSE);
  const decisions = of("decision.made").filter(({ verdict }) => verdict === "site-loss");
  for (const decision of decisions) expect(decision).toMatchObject({ action: "hold" });
  expect(decisions[0]?.reasons).toEqual([expect.stringContaining("it can't be fenced")]);
  // What would be lost becomes too much meanwhile, and then that is a reason too.
  expect(decisions.length).toBeLessThan(3);
});

test("an opening that fails again and again is noted once", async () => {
  const { of } = await notesOf([
    ["the orchestrator is cut from green", 3_000, 9_000],
    ["blue dies", 3_100, 8_500],
  ]);
  const failed = of("decision.made").filter(({ reasons }) =>
    reasons.some((reason) => reason.startsWith("it could not be opened")),
  );
  expect(failed.length).toBeLessThan(2);
});

test("the primary is back before anything final: it is called back once, by the decision", async () => {
  const { of } = await notesOf([["blue dies", 3_000, 1_500]], { podsMs: 6_000 });
  expect(of("operation.aborting")).toMatchObject([{ by: "decision: blue is healthy again" }]);
  expect(of("operation.ended")).toMatchObject([{ outcome: "undone" }]);
});

test("killed in the middle of an outage, the next one goes by the first failure that was kept", async () => {
  const faults: readonly [FaultName, number, number][] = [
    ["blue dies", 3_000, 9_000],
    ["the process is killed", 3_150, 100],
  ];
  const { of } = await notesOf(faults, { restartMs: 4_000 });
  const [raised, ...others] = of("suspicion.raised").filter(({ cluster }) => cluster === "blue");
  expect(others).toEqual([]);
  const [opened] = of("operation.opened");
  expect(opened?.cause).toMatchObject({
    fault: { firstFailedAt: raised?.firstFailedAt, lastGoodAt: raised?.lastGoodAt },
  });
});

test.each<readonly [string, readonly [FaultName, number, number][]]>([
  ["the process that moved it", []],
  ["the next one", [["the process is killed", 5_000, 100]]],
])("after a move %s cools down before it would move again", async (_, killed) => {
  const { began, of, world } = await notesOf(
    [["blue dies", 3_000, 1_000], ...killed, ["green's public path dies", 7_000, 3_000]],
    { restartMs: 300 },
  );
  expect(of("operation.opened").filter(({ plan }) => plan.kind === "failover")).toHaveLength(1);
  const later = of("decision.made").filter(({ at }) => at - began > 7_000);
  const reasons = later.flatMap((decision) => decision.reasons);
  expect(reasons).toContainEqual(expect.stringMatching(/cooldown after the last move/));
  expect(world.zone.look().address).toBe(world.application.addresses["green"]);
});
