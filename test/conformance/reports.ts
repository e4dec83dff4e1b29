import { describe, expect, test } from "@jest/globals";
import type { Reports, StoredReport } from "../../src/engine/ports/reports.ts";

/** What every shelf of reports owes whoever asks for them. */
export function describeReports(name: string, open: () => Promise<Reports>): void {
  describe(`${name} conforms`, () => {
    test("a report is read back as it was, byte for byte; there is none of another", async () => {
      const reports = await open();
      const report = stored("op-1", {
        body: '{"text":"ü\u2028\\u0000","n":1e-7}',
        dataLossMs: null,
      });
      await reports.put(report);
      expect(await reports.get("op-1")).toEqual(report);
      expect(await reports.get("op-2")).toBeUndefined();
    });

    test("the first one stays", async () => {
      const reports = await open();
      await reports.put(stored("op-1"));
      await reports.put(stored("op-1", { result: "FAIL", body: "{}" }));
      expect(await reports.get("op-1")).toEqual(stored("op-1"));
    });

    test("they are listed without their bodies, those opened last first, as many as are wanted", async () => {
      const reports = await open();
      for (const [i, kind] of ["a", "b", "a", "b"].entries())
        await reports.put(stored(`op-${i}`, { openedAt: 1000 * i, kind }));
      await reports.put(stored("op-9", { openedAt: 9000, application: "other" }));
      const idsOf = async (filter: Parameters<Reports["list"]>[0]) =>
        (await reports.list(filter)).map(({ operation }) => operation);
      expect(await idsOf({ limit: 2 })).toEqual(["op-9", "op-3"]);
      expect(await idsOf({ limit: 9, application: "shop" })).toHaveLength(4);
      expect(await idsOf({ limit: 9, application: "shop", kind: "a" })).toEqual(["op-2", "op-0"]);
      const { body: _, ...head } = stored("op-9", { openedAt: 9000, application: "other" });
      expect(await reports.list({ limit: 1 })).toEqual([head]);
    });

    test("it knows which are lacking, in the order of asking", async () => {
      const reports = await open();
      await reports.put(stored("op-2"));
      expect(await reports.lacking(["op-3", "op-2", "op-1"])).toEqual(["op-3", "op-1"]);
      expect(await reports.lacking([])).toEqual([]);
    });
  });
}

function stored(operation: string, other: Partial<StoredReport> = {}): StoredReport {
  return {
    operation,
    application: "shop",
    kind: "move",
    openedAt: 1_795_359_600_000,
    endedAt: 1_795_359_601_000,
    outcome: "succeeded",
    result: "PASS",
    recoveryTimeMs: 1000.5,
    dataLossMs: 0,
    sha256: "0".repeat(64),
    body: '{"a":1}',
    ...other,
  };
}
