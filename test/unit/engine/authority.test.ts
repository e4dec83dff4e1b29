import { describe, expect, test } from "@jest/globals";
import { acquire } from "../../../src/engine/authority.ts";
import { createLeases, hang, openLeases, record, wanted } from "../../fakes/clusters.ts";
import { MemoryLeases } from "../../fakes/memory-leases.ts";

describe("taking it", () => {
  test.each([
    [4, 5],
    [7, 8],
    [0, 5],
  ])(
    "above epoch %i it is %i, above all that was seen, and the primary stays",
    async (known, is) => {
      const epoch = { above: { epoch: known, sequence: 0 } };
      const { clock, green, take } = openLeases();
      const authority = await clock.run(() => take({ epoch }));
      expect(authority.epoch).toBe(is);
      expect(green.look("shop")).toMatchObject({
        epoch: is,
        sequence: 0,
        primary: "blue",
        operation: "op-1",
        holder: "one",
      });
    },
  );

  test("a Lease that is not there is made", async () => {
    const { clock, green, take } = openLeases({ green: undefined });
    await clock.run(() => take());
    expect(green.look("shop")).toMatchObject({ epoch: 5, primary: "blue" });
  });

  test("again at its own epoch, it keeps the sequence and the primary that are there", async () => {
    const mine = { ...record, epoch: 5, sequence: 17, primary: "green", operation: "op-1" };
    const { clock, green, take } = openLeases({ green: { ...mine, holder: "one" } });
    const authority = await clock.run(() => take({ epoch: { same: 5 } }));
    expect(authority.epoch).toBe(5);
    expect(green.look("shop")).toMatchObject({ epoch: 5, sequence: 17, primary: "green" });
    expect(clock.monotonicMs()).toBeLessThan(100);
  });

  test("overtaken, it is refused, and nothing is written", async () => {
    const { clock, green, take } = openLeases({ green: { ...record, epoch: 6 } });
    const taken = clock.run(() => take({ epoch: { same: 5 } }));
    await expect(taken).rejects.toMatchObject({ code: "GL_EPOCH_STALE" });
    expect(green.look("shop")).toMatchObject({ epoch: 6 });
  });

  test.each([
    [4, 12],
    [5, 0],
  ])(
    "by a caller that missed a move to %i/%i: it is refused, and nothing is written",
    async (epoch, sequence) => {
      const moved = { ...record, epoch, sequence, primary: "green" };
      const { clock, green, take } = openLeases({ green: moved });
      const taken = clock.run(() => take());
      await expect(taken).rejects.toThrow(/green is primary of shop by now/);
      expect(green.look("shop")).toEqual(moved);
    },
  );

  test.each([
    [3, 30],
    [4, 8],
  ])(
    "a Lease at %i/%i, which has not heard of the last move, is taken all the same",
    async (epoch, sequence) => {
      const unheard = { ...record, epoch, sequence, primary: "green" };
      const { clock, green, take } = openLeases({ green: unheard });
      await clock.run(() => take());
      expect(green.look("shop")).toMatchObject({ epoch: 5, primary: "blue" });
    },
  );

  test("a cluster of other applications is left alone", async () => {
    const { clock, stop, leases } = openLeases();
    const red = new MemoryLeases(clock, { networkMs: 5 });
    hang(red);
    const tools = { clock, signal: stop.signal, holder: "one", leases: { ...leases, red } };
    const authority = await clock.run(() => acquire({ ...wanted, all: true }, tools));
    expect(authority.epoch).toBe(5);
    expect(leases.blue.look("shop")).toMatchObject({ epoch: 5 });
    expect(red.look("shop")).toBeUndefined();
    expect(clock.monotonicMs()).toBeLessThan(100);
  });

  test("of two at once one is refused", async () => {
    const { clock, take } = openLeases();
    const both = () => Promise.allSettled([take(), take({ operation: "op-2" }, "two")]);
    const [one, two] = await clock.run(both);
    expect(one).toMatchObject({ status: "fulfilled" });
    expect(two).toMatchObject({ status: "rejected", reason: { code: "GL_CONFLICT" } });
  });

  test("a decisive cluster that is away gives none, within its bound", async () => {
    const { clock, green, take } = openLeases();
    hang(green);
    await expect(clock.run(() => take())).rejects.toThrow();
    expect(clock.monotonicMs()).toBeLessThanOrEqual(1_000);
  });

  test("a cluster that there is not gives none", async () => {
    const { clock, take } = openLeases();
    const taken = clock.run(() => take({ decisive: "red" }));
    await expect(taken).rejects.toMatchObject({ code: "GL_NOT_FOUND" });
  });
});

describe("held by another process", () => {
  test.each(["op-1", "op-2"])("that lives: it is refused, for %s", async (operation) => {
    const { clock, take } = openLeases();
    const result = clock.run(async () => {
      await take({ operation: "op-1" }, "one");
      return await take({ operation, epoch: { same: 5 } }, "two");
    });
    await expect(result).rejects.toMatchObject({ code: "GL_LEASE_HELD" });
  });

  test("that is gone: it is taken once its time is over", async () => {
    const { clock, green, take, stop } = openLeases();
    await clock.run(() => take({}, "one"));
    stop.abort(new Error("one died"));
    const next = { ...createLeases(), leases: { green, blue: createLeases().blue } };
    const tools = { clock, signal: next.stop.signal, holder: "two", leases: next.leases };
    const startedMs = clock.monotonicMs();
    const authority = await clock.run(() => acquire({ ...wanted, epoch: { same: 5 } }, tools));
    expect(clock.monotonicMs() - startedMs).toBeGreaterThanOrEqual(5_000);
    expect(authority.epoch).toBe(5);
    expect(green.look("shop")).toMatchObject({ holder: "two" });
  });

  test("of the same name, as after a restart: it is taken at once", async () => {
    const mine = { ...record, operation: "op-0", holder: "one" };
    const { clock, take } = openLeases({ green: mine });
    await clock.run(() => take());
    expect(clock.monotonicMs()).toBeLessThan(100);
  });
});

describe("the other clusters", () => {
  test("are told the whole record: one pair never has two primaries", async () => {
    const at = { epoch: 5, sequence: 17, primary: "green" };
    const mine = { ...record, ...at, operation: "op-1", holder: "one" };
    const { clock, blue, green, take, sleep } = openLeases({ green: mine, blue: record });
    await clock.run(() => take({ epoch: { same: 5 } }).then(() => sleep(100)));
    const told = { ...at, operation: "op-1" };
    expect(green.look("shop")).toMatchObject(told);
    expect(blue.look("shop")).toMatchObject(told);
  });

  test("are not waited for, and not asked for longer than their bound", async () => {
    const { clock, blue, take, sleep } = openLeases();
    let gaveUpMs = 0;
    blue.onCall = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          gaveUpMs = clock.monotonicMs();
          reject(signal.reason);
        });
      });
    const tookMs = await clock.run(async () => {
      await take();
      const ms = clock.monotonicMs();
      await sleep(2_000);
      return ms;
    });
    expect(tookMs).toBeLessThan(50);
    expect(gaveUpMs).toBeGreaterThan(0);
    expect(gaveUpMs).toBeLessThanOrEqual(tookMs + 300);
  });

  test.each([6, 9])("that are ahead, at epoch %i, stay so", async (epoch) => {
    const ahead = { ...record, epoch, operation: "op-9" };
    const { clock, blue, take, sleep } = openLeases({ blue: ahead });
    const authority = await clock.run(() => take().then((one) => sleep(100).then(() => one)));
    expect(authority.epoch).toBe(5);
    expect(blue.look("shop")).toEqual(ahead);
  });
});

describe("where all must take it", () => {
  const all = { all: true } as const;

  test("the epoch is above every one, and everywhere when it is taken", async () => {
    const { clock, blue, green, take } = openLeases({ blue: { ...record, epoch: 7 } });
    const authority = await clock.run(() => take(all));
    expect(authority.epoch).toBe(8);
    expect(green.look("shop")).toMatchObject({ epoch: 8, operation: "op-1", primary: "blue" });
    expect(blue.look("shop")).toMatchObject({ epoch: 8, operation: "op-1", primary: "blue" });
  });

  test("one that is away refuses it, and nothing is written anywhere", async () => {
    const { clock, blue, green, take } = openLeases();
    hang(blue);
    await expect(clock.run(() => take(all))).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(/every cluster must take the epoch, and blue does not/),
    });
    expect(green.look("shop")).toMatchObject(record);
  });

  test("one that goes away meanwhile refuses it, and nobody holds it then", async () => {
    const { clock, blue, green, take } = openLeases();
    let calls = 0;
    blue.onCall = async () => {
      calls += 1;
      if (calls > 1) throw new Error("gone");
    };
    await expect(clock.run(() => take(all))).rejects.toMatchObject({ code: "GL_REFUSED" });
    expect(green.look("shop")).not.toHaveProperty("operation");
    expect(blue.look("shop")).toMatchObject({ epoch: 4 });
  });
});
