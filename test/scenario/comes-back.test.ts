import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Explanation } from "../../src/domain/explain.ts";
import { eventually } from "../fakes/until.ts";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";

const DRAINS = { withinMs: 10_000 };
let world: World;

beforeAll(async () => {
  world = await openSettledWorld();
}, OF_A_WORLD_MS);

afterAll(() => world.close());

const isVerdict = (cluster: string, kind: string) => (explanation: Explanation) =>
  explanation.verdicts.some((one) => one.cluster === cluster && one.verdict === kind);

const states = async () => (await world.operations()).map(({ kind, state }) => `${kind} ${state}`);
const reportOf = async (id: string) =>
  JSON.parse((await world.cli("report", "show", id, "--format", "json")).out);
const PAID = "quarantine succeeded failover succeeded";
const SOON = { withinMs: 20_000 };

test(
  "told to stop in the middle it drains and goes on at the next start; blue, back by then, stays behind",
  async () => {
    const dns = await world.panel.fault({ part: "dns", kind: "kill" });
    const blue = await world.panel.kill("blue");
    const id = await world.opened();
    await world.stepIs(id, "primary", "reached");
    world.serve.child.signal("SIGTERM");
    expect(await world.serve.child.exited(DRAINS)).toBe(0);

    await world.panel.heal(blue);
    await world.start();
    await world.explained(isVerdict("blue", "healthy"));
    const refused = await world.cli("operation", "abort", id);
    const err = expect.stringContaining("promote can't be taken back");
    expect(refused).toMatchObject({ status: 4, err });
    expect(await world.operation(id)).toMatchObject({ state: "running" });

    await world.panel.heal(dns);
    const { events } = await world.reached(id, "succeeded");
    const reached = events.flatMap((one) => (one.type === "step.reached" ? [one.step] : []));
    expect(reached.filter((step) => step === "promote")).toHaveLength(1);
    await world.movedTo("green");
    // Blue could not be fenced when it was left: that is paid by itself, now that it answers.
    await eventually(async () => (await states()).join(" ") === PAID, SOON);
    const [quarantine] = (await world.operations()).filter(({ kind }) => kind === "quarantine");
    // Nobody writes in this world; that is counted, and not only supposed, where it was fenced: in
    // the move, which still ran when blue was back.
    const beside = { writes: 0, held: expect.any(Number), owedBy: null };
    expect(await reportOf(id)).toMatchObject({ dataIntegrity: [{ acknowledgedBeside: beside }] });
    const elsewhere = { notApplicable: `it was fenced in ${id}, whose report counts it` };
    expect(await reportOf(quarantine?.id ?? "")).toMatchObject({
      dataIntegrity: [{ acknowledgedBeside: elsewhere }],
    });
  },
  OF_A_WORLD_MS,
);

test(
  "green dies after the move, and blue is back: a human is paged, the cooldown keeps it there",
  async () => {
    await world.panel.kill("green");
    const held = await world.explained(({ action }) => action === "hold");
    expect(held).toMatchObject({ primary: "green", to: "blue" });
    expect(held.reasons).toContainEqual({
      code: "cooldown",
      text: expect.stringMatching(/^cooldown after the last move: \d+ s remain$/),
    });
    const severity = "page";
    expect(await world.told(/may not move by itself.*cooldown/)).toMatchObject({ severity });
    expect((await states()).join(" ")).toBe(PAID);
  },
  OF_A_WORLD_MS,
);

test(
  "both are dead: the observer is doubted first, and nothing moves",
  async () => {
    await world.panel.kill("blue");
    const both = await world.explained(isVerdict("green", "inconclusive"));
    expect(both.reasons[0]?.text).toContain("every API server looks bad");
    await world.panel.calls(6, { part: "control" });
    expect((await states()).join(" ")).toBe(PAID);
    expect((await world.zone()).addresses).toEqual(["127.0.0.3"]);
  },
  OF_A_WORLD_MS,
);

test(
  "told to stop at rest it drains too",
  async () => {
    world.serve.child.signal("SIGTERM");
    expect(await world.serve.child.exited(DRAINS)).toBe(0);
  },
  OF_A_WORLD_MS,
);
