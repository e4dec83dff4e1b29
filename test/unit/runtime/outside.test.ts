import { expect, test } from "@jest/globals";
import { lookOnly, type Outside } from "../../../src/runtime/outside.ts";
import { createLeases } from "../../fakes/clusters.ts";

test("who only looks reads every Lease, and writes none, by whatever way it has them", async () => {
  const { leases, blue, clock } = createLeases();
  const next = { epoch: 4, sequence: 0, primary: "blue", durationMs: 5_000 };
  const drivers = new Map([["shop", { bind: () => undefined, sight: { leases } }]]);
  const outside = lookOnly({ leases, drivers, watches: new Map() } as unknown as Outside);
  const { signal } = new AbortController();
  await clock.run(async () => {
    for (const way of [outside.leases, outside.drivers.get("shop")?.sight.leases ?? {}]) {
      const swap = way["blue"]?.swap("shop", { seen: undefined, next }, signal);
      await expect(swap).rejects.toMatchObject({ code: "GL_REFUSED" });
    }
    expect(blue.look("shop")).toBeUndefined();
    blue.write("shop", { seen: undefined, next });
    expect(await outside.leases["blue"]?.read("shop", signal)).toMatchObject({ record: next });
  });
});
