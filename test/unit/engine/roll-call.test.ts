import { describe, expect, test } from "@jest/globals";
import { LocalBus } from "../../../src/adapters/bus/local-bus.ts";
import type { Visit, Visiting } from "../../../src/domain/visit.ts";
import { answerRoll } from "../../../src/engine/answer-roll.ts";
import type { Signal } from "../../../src/engine/ports/bus.ts";
import type { Envoy } from "../../../src/engine/ports/envoy.ts";
import { RollCall } from "../../../src/engine/roll-call.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const VANTAGES = ["east", "west", "north"];
const PATIENCE = { freshMs: 1_500, visitMs: 1_000 };
const BY_NAME: Visiting = { application: "shop", times: 3 };
const SERVED: readonly Visit[] = Array.from({ length: 3 }, () => ({ address: "127.0.0.3" }));
const never = new AbortController().signal;

/** One vantage in a process of its own, which tells of itself twice a second while it lives. */
class Probe {
  readonly visited: Visiting[] = [];
  whyNotFit: string | undefined;
  takesMs = 10;
  says: readonly Visit[] | Error = SERVED;
  readonly #dead = new AbortController();
  readonly #stage: Stage;
  readonly #vantage: string;

  constructor(stage: Stage, vantage: string) {
    this.#stage = stage;
    this.#vantage = vantage;
  }

  live({ isOld = false } = {}): this {
    const { bus, clock } = this.#stage;
    const { signal } = this.#dead;
    const visit: Envoy["visit"] = async (visiting) => {
      this.visited.push(visiting);
      await clock.sleep(this.takesMs, new AbortController().signal);
      if (this.says instanceof Error) throw this.says;
      return this.says;
    };
    if (!isOld) answerRoll({ vantage: this.#vantage, visit }, { bus, signal });
    void this.#tellOfItself();
    return this;
  }

  die(): void {
    this.#dead.abort(new Error("dead"));
  }

  async #tellOfItself(): Promise<void> {
    const { bus, clock } = this.#stage;
    const self = { vantage: this.#vantage, failureDomain: `rack of ${this.#vantage}` };
    while (!this.#dead.signal.aborted) {
      const { whyNotFit } = this;
      const state = { at: clock.wallMs(), ...self, ...(whyNotFit && { whyNotFit }) };
      bus.publish({ type: "vantage", state });
      await clock.sleep(500, this.#dead.signal).catch(() => undefined);
    }
  }
}

interface Stage {
  readonly clock: VirtualClock;
  readonly bus: LocalBus;
}

async function play(story: (on: Story) => Promise<void>): Promise<void> {
  const clock = new VirtualClock();
  const bus = new LocalBus();
  const stop = new AbortController();
  const tools = { clock, bus, signal: stop.signal, vantages: VANTAGES };
  const roll = new RollCall({ ...tools, asker: "worker-1" });
  const probe = (vantage: string) => new Probe({ clock, bus }, vantage);
  const told: Signal[] = [];
  bus.subscribe((signal) => told.push(signal));
  await clock.run(async () => {
    const running = roll.run();
    const sleep = (ms: number) => clock.sleep(ms, never);
    const envoys = () => roll.envoys(PATIENCE, never);
    const names = async () => (await envoys()).map(({ vantage }) => vantage);
    await story({ clock, bus, probe, told, sleep, envoys, names });
    stop.abort(new Error("enough"));
    await running;
  });
}

interface Story extends Stage {
  readonly probe: (vantage: string) => Probe;
  readonly told: readonly Signal[];
  readonly sleep: (ms: number) => Promise<void>;
  readonly envoys: () => Promise<readonly Envoy[]>;
  readonly names: () => Promise<readonly string[]>;
}

describe("who can be sent", () => {
  test("every vantage that is fit and answers, once a process that has just started can know", () =>
    play(async ({ clock, probe, names }) => {
      for (const vantage of VANTAGES) probe(vantage).live();
      expect(await names()).toEqual(VANTAGES);
      expect(clock.monotonicMs()).toBe(1_500);
      expect(await names()).toEqual(VANTAGES);
      expect(clock.monotonicMs()).toBe(1_500);
    }));

  test("nobody, where nobody is there", () =>
    play(async ({ names }) => {
      expect(await names()).toEqual([]);
    }));

  test("not one that abstains, is too old to know the question, or is not configured", () =>
    play(async ({ probe, sleep, names }) => {
      const east = probe("east").live();
      probe("west").live({ isOld: true });
      probe("south").live();
      expect(await names()).toEqual(["east"]);
      east.whyNotFit = "it reaches none of its control targets";
      await sleep(600);
      expect(await names()).toEqual([]);
    }));

  test("one that dies is soon not sent any more, however fresh it was", () =>
    play(async ({ probe, sleep, names }) => {
      const east = probe("east").live();
      probe("west").live();
      await sleep(3_000);
      east.die();
      await sleep(2_100);
      expect(await names()).toEqual(["west"]);
    }));

  test("not one that tells of itself, and hears us no more", () =>
    play(async ({ probe, sleep, names }) => {
      probe("east").live({ isOld: true });
      const ear = probe("east").live();
      await sleep(3_000);
      expect(await names()).toEqual(["east"]);
      ear.die();
      await sleep(2_100);
      expect(await names()).toEqual([]);
    }));
});

describe("a visit", () => {
  test("is made at the vantage that is asked, and its answer is what came of it", () =>
    play(async ({ clock, probe, envoys }) => {
      const [east, west] = [probe("east").live(), probe("west").live()];
      const [first] = await envoys();
      const beganMs = clock.monotonicMs();
      expect(await first?.visit(BY_NAME, never)).toEqual(SERVED);
      expect(clock.monotonicMs() - beganMs).toBe(10);
      expect(east.visited).toEqual([BY_NAME]);
      expect(west.visited).toEqual([]);
    }));

  test("that could not be made says why, and not at any length", () =>
    play(async ({ probe, envoys }) => {
      probe("east").live().says = new Error("x".repeat(2_000));
      const [first] = await envoys();
      expect(await first?.visit(BY_NAME, never)).toEqual([
        { address: "", whyNot: "x".repeat(300) },
      ]);
    }));

  test("that takes long is told of again, made once, and waited for", () =>
    play(async ({ probe, told, envoys }) => {
      const east = probe("east").live();
      east.takesMs = 2_700;
      const [first] = await envoys();
      expect(await first?.visit(BY_NAME, never)).toEqual(SERVED);
      expect(east.visited).toHaveLength(1);
      expect(told.filter(({ type }) => type === "visit")).toHaveLength(6);
    }));

  test("is waited for no longer than it may take", () =>
    play(async ({ clock, probe, envoys }) => {
      probe("east").live().takesMs = 20_000;
      const [first] = await envoys();
      const beganMs = clock.monotonicMs();
      const silence = [{ address: "", whyNot: "it did not answer" }];
      expect(await first?.visit(BY_NAME, never)).toEqual(silence);
      expect(clock.monotonicMs() - beganMs).toBe(3_000);
    }));

  test("of one that dies meanwhile ends as soon as it is known to be gone", () =>
    play(async ({ clock, probe, envoys, names }) => {
      const east = probe("east").live();
      const [first] = await envoys();
      east.takesMs = 20_000;
      const visiting = first?.visit({ ...BY_NAME, times: 100 }, never);
      east.die();
      const beganMs = clock.monotonicMs();
      expect(await visiting).toEqual([{ address: "", whyNot: "it did not answer" }]);
      expect(clock.monotonicMs() - beganMs).toBeLessThanOrEqual(2_500);
      expect(await names()).toEqual([]);
    }));

  test("is answered by nobody but who was asked, to what was asked", () =>
    play(async ({ bus, probe, told, sleep, envoys }) => {
      probe("east").live().takesMs = 400;
      const [first] = await envoys();
      const visiting = first?.visit(BY_NAME, never);
      const asked = told.find((signal) => signal.type === "visit");
      if (asked?.type !== "visit") throw new Error("nobody was asked");
      const forged = [{ address: "forged" }];
      bus.publish({ type: "visited", id: asked.id, vantage: "west", visits: forged });
      bus.publish({ type: "visited", id: "worker-1.99", vantage: "east", visits: forged });
      await sleep(10);
      expect(await visiting).toEqual(SERVED);
    }));

  test("ends with the signal of who asks", () =>
    play(async ({ probe, sleep, envoys }) => {
      probe("east").live().takesMs = 20_000;
      const [first] = await envoys();
      const enough = new AbortController();
      const visiting = first?.visit(BY_NAME, enough.signal);
      const ended = expect(visiting).rejects.toThrow("enough");
      await sleep(100);
      enough.abort(new Error("enough"));
      await ended;
    }));
});

test("a vantage makes a limited number of visits at a time, and those beyond it when they are told again", () =>
  play(async ({ probe, sleep, envoys }) => {
    const east = probe("east").live();
    east.takesMs = 300;
    const [first] = await envoys();
    const all = Promise.all(Array.from({ length: 40 }, async () => first?.visit(BY_NAME, never)));
    await sleep(1);
    expect(east.visited).toHaveLength(32);
    expect(await all).toEqual(Array.from({ length: 40 }, () => SERVED));
    expect(east.visited).toHaveLength(40);
  }));
