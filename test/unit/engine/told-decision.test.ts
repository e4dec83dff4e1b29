import { expect, test } from "@jest/globals";
import type { Decision } from "../../../src/domain/decision.ts";
import type { WatchFact } from "../../../src/domain/watch-fact.ts";
import { ToldDecision } from "../../../src/engine/told-decision.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const made = (action: Decision["action"], verdict: Decision["verdict"]): Decision => {
  const reasons = action === "move" ? [] : [{ code: "verdict" as const, text: verdict }];
  return { action, verdict, reasons, facts: {} };
};
const healthy = made("stay", "healthy");
const unclear = made("stay", "inconclusive");
const move = made("move", "site-loss");

function tell() {
  const clock = new VirtualClock();
  const noted: WatchFact[] = [];
  const told = new ToldDecision({ clock, recollection: { note: (fact) => void noted.push(fact) } });
  return {
    clock,
    told,
    words: () =>
      noted.map((fact) => (fact.type === "decision.made" ? `${fact.action} ${fact.verdict}` : "")),
  };
}

test("what comes and goes and moves nothing is told once a second, and what lasts is told", async () => {
  const { clock, told, words } = tell();
  const wait = (ms: number) => clock.sleep(ms, new AbortController().signal);
  await clock.run(async () => {
    told.tell(healthy);
    await wait(1_000);
    for (let turn = 0; turn < 50; turn += 1) {
      told.tell(turn % 2 === 0 ? unclear : healthy);
      await wait(50);
    }
    expect(words()).toEqual(["stay inconclusive", "stay healthy", "stay inconclusive"]);
    told.tell(healthy);
    await wait(1_000);
    told.tell(healthy);
  });
  expect(words().at(-1)).toBe("stay healthy");
});

test("that nobody knows who is primary is told once it lasts, not when one look came too late", async () => {
  const { clock, told, words } = tell();
  const reasons = [
    { code: "verdict" as const, text: "not yet" },
    { code: "adoption" as const, text: "blue does not answer" },
  ];
  const unadopted: Decision = { action: "hold", verdict: "inconclusive", reasons, facts: {} };
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn += 1) {
      told.tell(unadopted);
      await clock.sleep(500, new AbortController().signal);
    }
  };
  await clock.run(async () => {
    await turns(9);
    told.tell(healthy);
    await turns(9);
    expect(words()).toEqual([]);
    await turns(2);
  });
  expect(words()).toEqual(["hold inconclusive"]);
});

test("what moves something, or could have, is told at once each time", () => {
  const { told, words } = tell();
  told.tell(healthy);
  for (const decision of [move, unclear, move, made("hold", "site-loss"), unclear, healthy])
    told.tell(decision);
  expect(words()).toEqual([
    "move site-loss",
    "stay inconclusive",
    "move site-loss",
    "hold site-loss",
    "stay inconclusive",
  ]);
});
