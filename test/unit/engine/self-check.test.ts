import { expect, test } from "@jest/globals";
import { LocalBus } from "../../../src/adapters/bus/local-bus.ts";
import type { VantageState } from "../../../src/domain/observation.ts";
import type { Clock } from "../../../src/engine/ports/clock.ts";
import { checkForever } from "../../../src/engine/self-check.ts";
import { ScriptedProbe } from "../../fakes/scripted-probe.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

/** `act` is done at those times; `controls` is how many there are. */
async function run(
  forMs: number,
  { act = {}, controls = 2 }: { act?: Record<number, (on: Stage) => void>; controls?: number } = {},
) {
  const clock = new VirtualClock();
  const stage: Stage = { stalledUntilMs: 0, probes: [], bus: new LocalBus() };
  /** A process whose timers are late while it is stopped. */
  const late: Clock = {
    wallMs: () => clock.wallMs(),
    monotonicMs: () => clock.monotonicMs(),
    timeout: (ms) => clock.timeout(ms),
    sleep: async (ms, signal) => {
      await clock.sleep(ms, signal);
      const leftMs = stage.stalledUntilMs - clock.monotonicMs();
      if (leftMs > 0) await clock.sleep(leftMs, signal);
    },
  };
  for (let i = 0; i < controls; i += 1) {
    const target = { name: `control-${i}`, cluster: "", layer: "public" } as const;
    stage.probes.push(new ScriptedProbe(clock, target));
  }
  const stop = new AbortController();
  const told: (VantageState & { readonly ms: number })[] = [];
  stage.bus.subscribe((one) => {
    if (one.type === "vantage") told.push({ ...one.state, ms: clock.monotonicMs() });
  });
  await clock.run(async () => {
    const check = { vantage: "east", failureDomain: "rack-1", intervalMs: 500 };
    const tools = { clock: late, bus: stage.bus, signal: stop.signal };
    const checking = checkForever({ ...check, controls: stage.probes }, tools);
    for (const [atMs, one] of Object.entries(act)) {
      await clock.sleep(Number(atMs) - clock.monotonicMs(), stop.signal);
      one(stage);
    }
    await clock.sleep(forMs - clock.monotonicMs(), stop.signal);
    stop.abort(new Error("enough"));
    await checking;
  });
  return { told, stage };
}

interface Stage {
  stalledUntilMs: number;
  readonly probes: ScriptedProbe[];
  readonly bus: LocalBus;
}

const say = (answer: "ok" | "timeout", which: readonly number[]) => (stage: Stage) => {
  for (const i of which) (stage.probes[i] as ScriptedProbe).says = { answer };
};

test("it says at its interval that it is fit, by name and failure domain", async () => {
  const { told } = await run(1_700);
  expect(told.map(({ ms }) => ms)).toEqual([2, 502, 1_002, 1_502]);
  expect(told[0]).toMatchObject({ vantage: "east", failureDomain: "rack-1" });
  for (const state of told) expect(state).not.toHaveProperty("whyNotFit");
});

test("one control target that answers is enough, none is not, and then it is fit again", async () => {
  const act = { 600: say("timeout", [0]), 1100: say("timeout", [1]), 1600: say("ok", [0]) };
  const { told } = await run(2_200, { act });
  const why = "it reaches none of its control targets";
  expect(told.map(({ whyNotFit }) => whyNotFit)).toEqual([
    undefined,
    undefined,
    undefined,
    why,
    undefined,
  ]);
});

test("without control targets it can't be cut off", async () => {
  const { told } = await run(600, { controls: 0 });
  expect(told[0]).not.toHaveProperty("whyNotFit");
});

test("a hint has it look at itself at once", async () => {
  const hint = ({ bus }: Stage) =>
    bus.publish({ type: "hint", application: "shop", cluster: "blue" });
  const { told } = await run(450, { act: { 100: hint } });
  expect(told.map(({ ms }) => ms)).toEqual([2, 102]);
});

test("a loop that was late abstains at once, and for a while after", async () => {
  const stall = (stage: Stage) => {
    stage.stalledUntilMs = 1_400;
  };
  const { told } = await run(2_700, { act: { 1010: stall } });
  const late = told.filter(({ whyNotFit }) => whyNotFit?.startsWith("its event loop was"));
  expect(late[0]?.ms).toBe(1_400);
  expect(late.at(-1)?.ms).toBeLessThan(1_400 + 600);
  expect(told.filter(({ ms }) => ms >= 2_000).length).toBeGreaterThan(0);
  for (const state of told) if (state.ms >= 2_000) expect(state).not.toHaveProperty("whyNotFit");
});

test("a little late is in time", async () => {
  const stall = (stage: Stage) => {
    stage.stalledUntilMs = 1_300;
  };
  const { told } = await run(2_000, { act: { 1010: stall } });
  for (const state of told) expect(state).not.toHaveProperty("whyNotFit");
});
