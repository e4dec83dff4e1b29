import { expect, test } from "@jest/globals";
import { LocalBus } from "../../../src/adapters/bus/local-bus.ts";
import type { Answer } from "../../../src/domain/observation.ts";
import { askForever } from "../../../src/engine/ask.ts";
import type { Signal } from "../../../src/engine/ports/bus.ts";
import { ScriptedProbe } from "../../fakes/scripted-probe.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const pace = { intervalMs: 1_000, burstMs: 100, timeoutMs: 250, burst: 4 };

/** What is published while the script changes the probe at those times. */
async function run(
  forMs: number,
  {
    script = {},
    tookMs = 2,
    vantages = ["east"],
  }: {
    script?: Readonly<Record<number, Answer>>;
    tookMs?: number;
    vantages?: readonly string[];
  } = {},
) {
  const clock = new VirtualClock();
  const bus = new LocalBus();
  const stop = new AbortController();
  const { signal } = stop;
  const seen: Signal[] = [];
  bus.subscribe((one) => seen.push(one));
  const probes = vantages.map(() => {
    const probe = new ScriptedProbe(clock, { name: "api", cluster: "blue", layer: "api" });
    probe.tookMs = tookMs;
    return probe;
  });
  const begin = clock.wallMs();
  await clock.run(async () => {
    const tools = { clock, bus, signal };
    const asking = probes.map((probe, i) => {
      const at = { application: "shop", vantage: vantages[i] ?? "", phaseMs: 300 * i };
      return askForever(probe, at, { pace, tools });
    });
    for (const [atMs, answer] of Object.entries(script)) {
      await clock.sleep(Number(atMs) - clock.monotonicMs(), signal);
      if (probes[0]) probes[0].says = { answer };
    }
    await clock.sleep(forMs - clock.monotonicMs(), signal);
    stop.abort(new Error("enough"));
    await Promise.all(asking);
  });
  const observations = seen.flatMap((one) => (one.type === "observation" ? [one.observation] : []));
  const askedAt = (vantage = "east") =>
    observations.filter((one) => one.vantage === vantage).map(({ at }) => at - begin);
  return { observations, askedAt, hints: seen.filter(({ type }) => type === "hint"), bus, seen };
}

test("it asks at its interval while all is well, and tells nobody to hurry", async () => {
  const { askedAt, observations, hints } = await run(3_500);
  expect(askedAt()).toEqual([0, 1_000, 2_000, 3_000]);
  expect(observations[0]).toMatchObject({
    application: "shop",
    cluster: "blue",
    layer: "api",
    probe: "api",
    vantage: "east",
    answer: "ok",
    latencyMs: 2,
  });
  expect(hints).toEqual([]);
});

test("after a first failure it asks a burst, and then at its interval again", async () => {
  const { askedAt, hints } = await run(4_500, { script: { 500: "refused" } });
  expect(askedAt()).toEqual([0, 1_000, 1_100, 1_200, 1_300, 1_400, 2_400, 3_400, 4_400]);
  expect(hints).toEqual([{ type: "hint", application: "shop", cluster: "blue" }]);
});

test("the asks of a burst overlap, as long as answers take", async () => {
  const { askedAt } = await run(1_600, { script: { 500: "timeout" }, tookMs: 250 });
  expect(askedAt()).toEqual([0, 1_000, 1_250]);
  const longer = await run(2_000, { script: { 500: "timeout" }, tookMs: 250 });
  expect(longer.askedAt()).toEqual([0, 1_000, 1_250, 1_350, 1_450, 1_550]);
});

test("a second outage is a first failure again", async () => {
  const script = { 500: "refused", 1700: "ok", 2700: "refused" } as const;
  expect((await run(5_000, { script })).hints).toHaveLength(2);
});

test("a hint has the other vantages ask at once and often, too", async () => {
  const { askedAt } = await run(2_000, {
    script: { 500: "refused" },
    vantages: ["east", "west"],
  });
  expect(askedAt("west")).toEqual([300, 1_002, 1_102, 1_202, 1_302]);
});

test.each([
  ["another application", { application: "bank", cluster: "blue" }],
  ["another cluster", { application: "shop", cluster: "green" }],
])("a hint of %s is none of its business", async (_, hint) => {
  const clock = new VirtualClock();
  const bus = new LocalBus();
  const stop = new AbortController();
  const probe = new ScriptedProbe(clock, { name: "api", cluster: "blue", layer: "api" });
  let asked = 0;
  bus.subscribe(({ type }) => {
    if (type === "observation") asked += 1;
  });
  await clock.run(async () => {
    const tools = { clock, bus, signal: stop.signal };
    const at = { application: "shop", vantage: "east", phaseMs: 0 };
    const asking = askForever(probe, at, { pace, tools });
    await clock.sleep(500, stop.signal);
    bus.publish({ type: "hint", ...hint });
    await clock.sleep(400, stop.signal);
    stop.abort(new Error("enough"));
    await asking;
  });
  expect(asked).toBe(1);
});

test("an answer that comes long after the probe's own bound says nothing", async () => {
  const { observations, hints } = await run(2_000, { script: { 1: "timeout" }, tookMs: 351 });
  expect(observations[0]).toMatchObject({ answer: "unknown", detail: "our own timer was late" });
  expect(hints).toEqual([]);
  const inTime = await run(2_000, { script: { 1: "timeout" }, tookMs: 350 });
  expect(inTime.observations[0]).toMatchObject({ answer: "timeout" });
});

test("what can't tell begins no burst, and ends no run of failures", async () => {
  const script = { 500: "refused", 1050: "unknown", 1150: "refused" } as const;
  const { hints } = await run(1_900, { script });
  expect(hints).toHaveLength(1);
});

test("what is answered after it was stopped is told to nobody, and it listens no more", async () => {
  const { observations, seen, bus } = await run(50, { tookMs: 100 });
  expect(observations).toEqual([]);
  const before = seen.length;
  bus.publish({ type: "hint", application: "shop", cluster: "blue" });
  expect(seen).toHaveLength(before + 1);
});
