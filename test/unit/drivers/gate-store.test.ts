import { describe, expect, test } from "@jest/globals";
import type { DataStatus } from "../../../src/domain/data-status.ts";
import { bindGate } from "../../../src/drivers/gate/registry.ts";
import { application } from "../../fakes/circumstances.ts";
import { dataStatus as status } from "../../fakes/data-status.ts";
import { untilAborted } from "../../fakes/until-aborted.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const never = new AbortController().signal;
const about = { application, subject: "store", from: "blue", to: "green" };

async function ask(
  step: Parameters<typeof bindGate>[0],
  stores: { readonly blue?: Partial<DataStatus>; readonly green?: Partial<DataStatus> },
) {
  const clock = new VirtualClock();
  const gate = bindGate(step, about, {
    clock,
    envoys: async () => [],
    look: async (_, cluster, signal) => {
      const own = cluster === "blue" ? stores.blue : stores.green;
      return own ? status(own, clock) : await untilAborted(signal);
    },
  });
  const why = await clock.run(() => gate.whyNot(never));
  return { why, evidence: gate.evidence?.() };
}

describe("gate/caught-up", () => {
  const caughtUp = { uses: "gate/caught-up", desired: {} };
  const fenced = { role: "fenced", position: 10, confidence: "proven" } as const;

  test("passes where the standby has all of a fenced primary, with both positions", async () => {
    const { why, evidence } = await ask(caughtUp, { blue: fenced, green: { position: 10 } });
    expect(why).toBeUndefined();
    expect(evidence).toEqual({
      store: "store",
      from: { cluster: "blue", role: "fenced", position: 10 },
      to: { cluster: "green", role: "standby", position: 10 },
    });
    expect((await ask(caughtUp, { blue: fenced, green: { position: 11 } })).why).toBeUndefined();
  });

  test.each<[string, Partial<DataStatus>, Partial<DataStatus>, string]>([
    [
      "a primary that may take more",
      { ...fenced, role: "primary" },
      {},
      "store on blue is primary, not fenced: it may take more",
    ],
    ["what is behind", fenced, { position: 7 }, "it is at position 7, 3 behind"],
    [
      "a store that is none's standby",
      fenced,
      { role: "fenced" },
      "store on green is fenced, not standby",
    ],
    [
      "a fenced position that can't be trusted",
      { ...fenced, position: 0, confidence: "unknown", reasons: ["position is missing"] },
      {},
      "what blue says of its data can't be trusted: position is missing",
    ],
    [
      "a standby that does not know itself",
      fenced,
      { confidence: "unknown", reasons: ["now is missing"] },
      "what green says of its data can't be trusted: now is missing",
    ],
  ])("refuses %s", async (_, blue, green, why) => {
    expect((await ask(caughtUp, { blue, green })).why).toBe(why);
  });

  test("a store that does not answer is an error in bounded time, not a pass", async () => {
    const unheard = { code: "ETIMEDOUT" };
    await expect(ask(caughtUp, { green: {} })).rejects.toMatchObject(unheard);
    await expect(ask(caughtUp, { blue: fenced })).rejects.toMatchObject(unheard);
  });
});

describe("gate/data-ready", () => {
  const ready = { uses: "gate/data-ready", desired: { maxLagMs: 2_000 } };
  const following = { linkUp: true, lagMs: 35 } as const;

  test("passes a standby that follows closely, with what it said", async () => {
    const { why, evidence } = await ask(ready, { green: following });
    expect(why).toBeUndefined();
    expect(evidence).toEqual({
      store: "store",
      cluster: "green",
      role: "standby",
      ...following,
      maxLagMs: 2_000,
      position: 10,
      confidence: "estimated",
    });
  });

  test.each<[string, Partial<DataStatus>, string]>([
    ["a primary", { role: "primary" }, "store on green is primary, not standby"],
    ["a link that is down", { linkUp: false }, "store on green does not hear from its primary"],
    ["no word of the lag", { lagMs: null }, "store on green does not say how far it is behind"],
    ["too much lag", { lagMs: 2_001 }, "store on green is 2001 ms behind, at most 2000 ms will do"],
    [
      "a standby that does not know itself",
      { confidence: "unknown", reasons: ["now is missing"] },
      "what green says of its data can't be trusted: now is missing",
    ],
  ])("refuses %s", async (_, green, why) => {
    expect((await ask(ready, { green: { ...following, ...green } })).why).toBe(why);
  });
});
