import { describe, expect, test } from "@jest/globals";
import type { DataStatus } from "../../../src/domain/data-status.ts";
import type { Visit } from "../../../src/drivers/gate/gate.ts";
import { bindGate } from "../../../src/drivers/gate/registry.ts";
import { application } from "../../fakes/circumstances.ts";
import { untilAborted } from "../../fakes/until-aborted.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const never = new AbortController().signal;
const about = { application, subject: "store", from: "blue", to: "green" };

function status(more: Partial<DataStatus>, clock: VirtualClock): DataStatus {
  return {
    epoch: 0,
    sequence: 0,
    engine: "test",
    role: "standby",
    linkUp: false,
    position: 10,
    lagMs: null,
    heartbeatAt: clock.wallMs() - 500,
    observedAt: clock.wallMs(),
    confidence: "estimated",
    reasons: [],
    ...more,
  };
}

describe("gate/loss-bound", () => {
  async function ask(
    stores: { readonly blue?: Partial<DataStatus>; readonly green?: Partial<DataStatus> },
    failedAgoMs: number | null = 0,
  ) {
    const clock = new VirtualClock();
    const firstFailedAt = failedAgoMs === null ? null : clock.wallMs() - failedAgoMs;
    const step = { uses: "gate/loss-bound", desired: { maxLossMs: 2_000, firstFailedAt } };
    const gate = bindGate(step, about, {
      clock,
      visitors: [],
      look: async (_, cluster, signal) => {
        const own = cluster === "blue" ? stores.blue : stores.green;
        return own ? status(own, clock) : await untilAborted(signal);
      },
    });
    const why = await clock.run(() => gate.whyNot(never));
    return { why, evidence: gate.evidence?.(), spentMs: clock.monotonicMs() };
  }

  test("passes within the bound, with the bound as evidence, and waits little for a dead primary", async () => {
    const { why, evidence, spentMs } = await ask({ green: {} });
    expect(why).toBeUndefined();
    expect(evidence).toMatchObject({ losses: [{ store: "store", ms: 450 }] });
    expect(spentMs).toBe(50);
  });

  test("refuses what would lose too much", async () => {
    const { why } = await ask({ green: { heartbeatAt: 0 } });
    expect(why).toMatch(/^store would lose up to \d+ ms, at most 2000 is allowed$/);
  });

  test.each<[string, Partial<DataStatus> | undefined]>([
    ["the standby does not answer", undefined],
    ["the standby does not know itself", { confidence: "unknown" }],
    ["no heartbeat was applied", { heartbeatAt: null }],
  ])("refuses what is unknown: %s", async (_, green) => {
    const { why } = await ask(green ? { green } : {});
    expect(why).toMatch(/^what store would lose is unknown: /);
  });

  test("where nothing failed only proof will do: a fenced primary that the standby has reached", async () => {
    const fenced = { role: "fenced", position: 10 } as const;
    expect((await ask({ blue: fenced, green: {} }, null)).why).toBeUndefined();
    expect((await ask({ blue: { ...fenced, position: 11 }, green: {} }, null)).why).toBeDefined();
    expect(
      (await ask({ blue: { ...fenced, role: "primary" }, green: {} }, null)).why,
    ).toBeDefined();
  });
});

describe("gate/public-path", () => {
  function ask(visits: readonly (Visit | Error)[][], times = 2) {
    const gate = bindGate(
      { uses: "gate/public-path", desired: { cluster: "green", times } },
      about,
      {
        clock: new VirtualClock(),
        look: () => Promise.reject(new Error("not asked")),
        visitors: visits.map((own, index) => {
          const left = [...own];
          return {
            vantage: `v${index}`,
            visit: async () => {
              const next = left.shift() ?? { address: "none left" };
              if (next instanceof Error) throw next;
              return next;
            },
          };
        }),
      },
    );
    return gate.whyNot(never);
  }
  const green = { address: application.addresses["green"] ?? "" };

  test("passes when every vantage is served by that cluster, so often in a row", async () => {
    expect(
      await ask([
        [green, green],
        [green, green],
      ]),
    ).toBeUndefined();
  });

  test.each<[string, Visit, RegExp]>([
    ["the other cluster", { address: application.addresses["blue"] ?? "" }, /^v1 is sent to /],
    ["nowhere", { address: "" }, /^v1 is sent to nowhere$/],
    ["a wrong answer", { ...green, whyNot: "answered 500" }, /^v1: answered 500$/],
  ])("refuses when one vantage once gets %s", async (_, wrong, why) => {
    expect(
      await ask([
        [green, green],
        [green, wrong],
      ]),
    ).toMatch(why);
  });

  test("a name server that is away is an error, not a pass", async () => {
    await expect(ask([[new Error("away")]])).rejects.toThrow("away");
  });
});

test("a gate that there is not, or is asked for something else, is refused", () => {
  const tools = {
    clock: new VirtualClock(),
    visitors: [],
    look: () => Promise.reject(new Error()),
  };
  for (const step of [
    { uses: "gate/other", desired: {} },
    { uses: "gate/public-path", desired: { cluster: "green", times: 0 } },
  ])
    expect(() => bindGate(step, about, tools)).toThrow();
});
