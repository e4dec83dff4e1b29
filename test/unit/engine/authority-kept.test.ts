import { describe, expect, test } from "@jest/globals";
import type { LeaseRecord } from "../../../src/engine/ports/lease.ts";
import { answer, hang, openLeases } from "../../fakes/clusters.ts";

describe("while it is held", () => {
  test("it is renewed, so that nobody takes it", async () => {
    const { clock, green, take, sleep } = openLeases();
    const { signal } = await clock.run(async () => {
      const authority = await take();
      await sleep(20_000);
      return authority;
    });
    expect(signal.aborted).toBe(false);
    const { renewedAt = 0 } = green.look("shop") ?? {};
    expect(clock.wallMs() - renewedAt).toBeLessThan(2_000);
  });

  test.each([
    [
      "refuses",
      (leases: Parameters<typeof hang>[0]) => {
        leases.onCall = () => Promise.reject(new Error("ECONNREFUSED"));
      },
    ],
    ["hangs", hang],
  ] as const)("a cluster that %s aborts it before anybody may take it", async (_, break_) => {
    const { clock, green, take, sleep } = openLeases();
    const renewedMs = await clock.run(async () => {
      const authority = await take();
      await sleep(3_000);
      const lastMs = (green.look("shop")?.renewedAt ?? 0) - clock.wallMs() + clock.monotonicMs();
      break_(green);
      let lostMs = 0;
      authority.signal.addEventListener("abort", () => {
        lostMs = clock.monotonicMs();
      });
      await sleep(10_000);
      expect(authority.signal.reason).toMatchObject({ code: "GL_LEASE_LOST" });
      return lostMs - lastMs;
    });
    expect(renewedMs).toBeGreaterThan(2_500);
    expect(renewedMs).toBeLessThan(5_000);
  });

  test("a cluster that answers again in time keeps it", async () => {
    const { clock, green, take, sleep } = openLeases();
    await clock.run(async () => {
      const { signal } = await take();
      hang(green);
      await sleep(2_500);
      answer(green);
      await sleep(10_000);
      expect(signal.aborted).toBe(false);
    });
  });

  test("its time counts from when the last renewal left, however late the answer came", async () => {
    const { clock, green, take, sleep } = openLeases();
    await clock.run(async () => {
      const { signal } = await take();
      let [leftMs, lostMs] = [0, 0];
      signal.addEventListener("abort", () => {
        lostMs = clock.monotonicMs();
      });
      green.onCall = async (verb, inTime) => {
        if (verb === "read") leftMs = clock.monotonicMs();
        if (verb === "write") hang(green);
        await clock.sleep(900, inTime);
      };
      await sleep(10_000);
      expect(green.look("shop")?.renewedAt).toBeGreaterThan(clock.wallMs() - 9_500);
      expect(signal.reason).toMatchObject({ code: "GL_LEASE_LOST" });
      expect(lostMs - leftMs).toBeLessThanOrEqual(4_000);
    });
  });

  test.each<readonly [string, Partial<LeaseRecord>]>([
    ["epoch", { epoch: 6 }],
    ["operation", { operation: "op-2" }],
    ["holder", { holder: "two" }],
  ])("another %s in it aborts it at the next renewal", async (_, other) => {
    const { clock, take, sleep, meddle, green } = openLeases();
    await clock.run(async () => {
      const { signal } = await take();
      await meddle({ ...(green.look("shop") as LeaseRecord), ...other });
      await sleep(1_200);
      expect(signal.reason).toMatchObject({ code: "GL_LEASE_LOST" });
    });
    expect(green.look("shop")).toMatchObject(other);
  });

  test("it aborts with the process", async () => {
    const { clock, take, stop } = openLeases();
    const { signal } = await clock.run(() => take());
    stop.abort(new Error("SIGTERM"));
    expect(signal.aborted).toBe(true);
  });
});

describe("released", () => {
  test("nobody holds it, the epoch stays, and it is renewed no more", async () => {
    const { clock, green, take, sleep } = openLeases();
    await clock.run(() => take().then((authority) => authority.release()));
    expect(green.look("shop")).toMatchObject({ epoch: 5 });
    expect(green.look("shop")).not.toHaveProperty("operation");
    expect(green.look("shop")).not.toHaveProperty("holder");
    const { writes } = green;
    await clock.run(() => sleep(10_000));
    expect(green.writes).toBe(writes);
  });

  test.each<Partial<LeaseRecord>>([{ operation: "op-2" }, { holder: "two" }])(
    "what %j took meanwhile stays taken",
    async (other) => {
      const { clock, green, take, meddle } = openLeases();
      await clock.run(async () => {
        const authority = await take();
        await meddle({ ...(green.look("shop") as LeaseRecord), ...other });
        await authority.release();
      });
      expect(green.look("shop")).toMatchObject(other);
      expect(green.look("shop")).toHaveProperty("operation");
    },
  );

  test("while a renewal is under way that nobody can call back, nobody holds it all the same", async () => {
    for (let ms = 0; ms < 100; ms += 5) {
      const { clock, green, take, sleep } = openLeases();
      let renewals = 0;
      await clock.run(async () => {
        const authority = await take();
        green.onCall = async (verb) => {
          if (verb === "write" && ++renewals === 1) await sleep(50);
        };
        await sleep(1_000 + ms);
        await authority.release();
      });
      expect([ms, green.look("shop")?.operation]).toEqual([ms, undefined]);
    }
  });

  test("it never rejects", async () => {
    const { clock, green, take } = openLeases();
    await clock.run(async () => {
      const authority = await take();
      hang(green);
      await authority.release();
    });
  });
});
