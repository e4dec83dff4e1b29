import { describe, expect, test } from "@jest/globals";
import { readLease } from "../../../src/adapters/kubernetes/lease-object.ts";
import type { DataStatus } from "../../../src/domain/data-status.ts";
import type { Json } from "../../../src/domain/json.ts";
import type { LastKnown } from "../../../src/domain/primary.ts";
import { type Found, NO_SURVEY, type SeenLease, type Survey } from "../../../src/domain/survey.ts";
import { adopt } from "../../../src/engine/adopt.ts";
import { application } from "../../fakes/circumstances.ts";
import { createLeases, hang } from "../../fakes/clusters.ts";

const none: Found<null> = { found: null };
const away: Found<never> = { missing: "GL_UNREACHABLE" };
const lease = (more: Partial<SeenLease> = {}): Found<SeenLease> => ({
  found: { epoch: 3, sequence: 7, primary: "green", ...more },
});
const store = (role: DataStatus["role"]) => ({ found: { role } as DataStatus });

function setup(onceKnown?: LastKnown) {
  const world = createLeases();
  const { clock, stop, leases } = world;
  const take = (survey: Partial<Survey>) =>
    clock.run(() =>
      adopt(
        application,
        { ...NO_SURVEY, at: 1, ...survey },
        { clock, signal: stop.signal, leases, onceKnown },
      ),
    );
  return { ...world, take };
}

describe("at the first start", () => {
  const both = { blue: none, green: none };

  test("the configured home is primary, at epoch 0, and each cluster's Lease says so", async () => {
    const { take, blue, green } = setup();
    expect(await take({ leases: both })).toEqual({ primary: "blue", epoch: 0, sequence: 0 });
    for (const one of [blue, green])
      expect(one.look("shop")).toMatchObject({ epoch: 0, sequence: 0, primary: "blue" });
  });

  test.each(["blue", "green"])("nothing is adopted while %s does not answer", async (name) => {
    const { take, blue, green } = setup();
    const { problem } = (await take({ leases: { ...both, [name]: away } })) as { problem: string };
    expect(problem).toMatch(new RegExp(`every cluster must answer, and ${name} does not`));
    expect([blue.writes, green.writes]).toEqual([0, 0]);
  });

  test("nothing is adopted where both stores take writes", async () => {
    const { take, blue } = setup();
    const stores = { store: { blue: store("primary"), green: store("primary") } };
    const { problem } = (await take({ leases: both, stores })) as { problem: string };
    expect(problem).toMatch(/blue and green both claim to be primary of store/);
    expect(blue.writes).toBe(0);
  });

  test("a Lease that can't be written leaves it open, within its bound", async () => {
    const { take, green, clock } = setup();
    hang(green);
    expect(await take({ leases: both })).toHaveProperty("problem");
    expect(clock.monotonicMs()).toBeLessThanOrEqual(1_000);
  });

  test("another process that was faster is not overwritten", async () => {
    const { take, green } = setup();
    const next = { epoch: 2, sequence: 1, primary: "green", durationMs: 5_000 };
    green.write("shop", { seen: undefined, next });
    expect(await take({ leases: both })).toHaveProperty("problem");
    expect(green.look("shop")).toMatchObject({ epoch: 2, primary: "green" });
  });
});

describe("where the Leases are gone from everywhere", () => {
  const both = { blue: none, green: none };

  test.each([
    { primary: "green", epoch: 4 },
    { primary: "blue", epoch: 6 },
  ])("and the journal knows of %j, nothing begins anew", async (known) => {
    const { take, blue, green } = setup(known);
    const { problem } = (await take({ leases: both })) as { problem: string };
    expect(problem).toContain(`${known.primary} was primary at epoch ${known.epoch}`);
    expect(problem).toContain(`| kubectl --context ${known.primary} create -f -`);
    const manifest = JSON.parse(/'(\{.*\})'/.exec(problem)?.[1] ?? "");
    expect(readLease(withVersion(manifest)).record).toMatchObject({ ...known, sequence: 0 });
    expect([blue.writes, green.writes]).toEqual([0, 0]);
  });

  test("and it says what would be written anyway, that is written", async () => {
    const { take } = setup({ primary: "blue", epoch: 0 });
    expect(await take({ leases: both })).toEqual({ primary: "blue", epoch: 0, sequence: 0 });
  });

  test("one that was put back is copied to the other", async () => {
    const { take, blue } = setup({ primary: "green", epoch: 4 });
    const back = lease({ epoch: 4, sequence: 0 });
    expect(await take({ leases: { blue: none, green: back } })).toMatchObject({ epoch: 4 });
    expect(blue.look("shop")).toMatchObject({ epoch: 4, primary: "green" });
  });
});

/** As the API server would give it back. */
function withVersion(manifest: { readonly metadata: object }) {
  return { ...manifest, metadata: { ...manifest.metadata, resourceVersion: "1" } } as Json;
}

describe("later", () => {
  test("the highest pair says who is primary, and nothing is written", async () => {
    const { take, blue, green } = setup();
    const leases = { blue: lease({ sequence: 6, primary: "blue" }), green: lease() };
    expect(await take({ leases })).toEqual({ primary: "green", epoch: 3, sequence: 7 });
    expect([blue.writes, green.writes]).toEqual([0, 0]);
  });

  test("equal pairs that disagree are a problem, and nothing is written", async () => {
    const { take, blue } = setup();
    const leases = { blue: lease({ primary: "blue" }), green: lease() };
    expect(await take({ leases })).toMatchObject({ problem: expect.stringMatching(/disagree/) });
    expect(blue.writes).toBe(0);
  });

  test("one that is away does not matter, and one that lost its Lease gets a copy", async () => {
    const { take, blue } = setup();
    expect(await take({ leases: { blue: away, green: lease() } })).toMatchObject({
      primary: "green",
    });
    expect(blue.writes).toBe(0);
    expect(await take({ leases: { blue: none, green: lease() } })).toMatchObject({
      primary: "green",
    });
    expect(blue.look("shop")).toMatchObject({ epoch: 3, primary: "green" });
  });

  test("a copy that can't be written changes nothing of who is primary", async () => {
    const { take, blue } = setup();
    hang(blue);
    const known = await take({ leases: { blue: none, green: lease() } });
    expect(known).toEqual({ primary: "green", epoch: 3, sequence: 7 });
  });
});
