import { describe, expect, test } from "@jest/globals";
import type { DataStatus } from "../../../src/domain/data-status.ts";
import type { Visit, Visiting } from "../../../src/domain/visit.ts";
import { bindGate } from "../../../src/drivers/gate/registry.ts";
import { application } from "../../fakes/circumstances.ts";
import { dataStatus as status } from "../../fakes/data-status.ts";
import { untilAborted } from "../../fakes/until-aborted.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const never = new AbortController().signal;
const about = { application, subject: "store", from: "blue", to: "green" };

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
      envoys: async () => [],
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
  async function ask(visits: readonly (readonly Visit[] | Error)[], times = 2) {
    const asked: Visiting[] = [];
    const step = { uses: "gate/public-path", desired: { cluster: "green", times } };
    const gate = bindGate(step, about, {
      clock: new VirtualClock(),
      look: () => Promise.reject(new Error("not asked")),
      envoys: async () =>
        visits.map((own, index) => ({
          vantage: `v${index}`,
          visit: async (visiting: Visiting) => {
            asked.push(visiting);
            if (own instanceof Error) throw own;
            return own;
          },
        })),
    });
    const why = await gate.whyNot(never);
    return { why, asked, evidence: gate.evidence?.() };
  }
  const green = { address: application.addresses["green"] ?? "" };

  test("passes when every vantage is served by that cluster, so often in a row", async () => {
    const served = [green, green];
    const { why, asked, evidence } = await ask([served, served]);
    expect(why).toBeUndefined();
    const visiting = { application: application.name, times: 2 };
    expect(asked).toEqual([visiting, visiting]);
    expect(evidence).toEqual({ ...green, times: 2, vantages: ["v0", "v1"] });
  });

  test.each<[string, Visit, RegExp]>([
    ["the other cluster", { address: application.addresses["blue"] ?? "" }, /^v1 is sent to /],
    ["nowhere", { address: "" }, /^v1 is sent to nowhere$/],
    ["a wrong answer", { ...green, whyNot: "answered 500" }, /^v1: answered 500$/],
    ["nobody to ask", { address: "", whyNot: "no name server" }, /^v1: no name server$/],
  ])("refuses when one vantage once gets %s", async (_, wrong, why) => {
    const asked = await ask([
      [green, green],
      [green, wrong],
    ]);
    expect(asked.why).toMatch(why);
  });

  test("refuses when one vantage asked less often than it should", async () => {
    const asked = await ask([[green, green], [green]]);
    expect(asked.why).toBe("v1 asked less than 2 times");
  });

  test("a name server that is away is an error, not a pass", async () => {
    await expect(ask([new Error("away")])).rejects.toThrow("away");
  });
});

describe("gate/own-path", () => {
  const step = { uses: "gate/own-path", desired: { cluster: "green", times: 2 } };
  const tools = {
    clock: new VirtualClock(),
    look: () => Promise.reject(new Error("not asked")),
  };

  test("asks that cluster's own address from every vantage, whomever users are sent to", async () => {
    const asked: Visiting[] = [];
    const envoys = ["east", "west"].map((vantage) => ({
      vantage,
      visit: async (visiting: Visiting) => {
        asked.push(visiting);
        return [{ address: "" }, { address: "" }];
      },
    }));
    const gate = bindGate(step, about, { ...tools, envoys: async () => envoys });
    expect(await gate.whyNot(never)).toBeUndefined();
    const address = application.addresses["green"];
    const visiting = { application: application.name, address, times: 2 };
    expect(asked).toEqual([visiting, visiting]);
    const vantages = ["east", "west"];
    expect(gate.evidence?.()).toEqual({ cluster: "green", address, times: 2, vantages });
  });

  test("refuses when one vantage once gets a wrong answer, and names it", async () => {
    const visits = [{ address: "" }, { address: "", whyNot: "answered 500" }];
    const east = { vantage: "east", visit: async () => visits };
    const gate = bindGate(step, about, { ...tools, envoys: async () => [east] });
    expect(await gate.whyNot(never)).toBe("green from east: answered 500");
  });

  test("refuses a cluster that has no public address", async () => {
    const strange = { ...step, desired: { cluster: "yellow", times: 1 } };
    const gate = bindGate(strange, about, { ...tools, envoys: async () => [] });
    expect(await gate.whyNot(never)).toBe("yellow has no public address");
  });
});

test("a gate that there is not, or is asked for something else, is refused", () => {
  const tools = {
    clock: new VirtualClock(),
    envoys: async () => [],
    look: () => Promise.reject(new Error()),
  };
  for (const step of [
    { uses: "gate/other", desired: {} },
    { uses: "gate/public-path", desired: { cluster: "green", times: 0 } },
  ])
    expect(() => bindGate(step, about, tools)).toThrow();
});
