import { expect, test } from "@jest/globals";
import { seeShop } from "./namespace.ts";
import { OF_A_RUN_MS } from "./run.ts";
import { type Ground, openWorld } from "./world.ts";

/** A rehearsal by the calendar. */
export function describeDrill(ground: () => Ground): void {
  test(
    "a scheduled drill on green leaves all as it was",
    async () => {
      const world = await openWorld(ground(), { cron: "*/20 * * * * *" });
      try {
        const { operator, green, names } = world;
        const before = { records: await names.records(), green: await seeShop(green.plane) };
        const clients = world.ask();
        const id = await operator.opened("drill");
        await operator.reached(id, "restored");
        await clients.served("blue");
        await clients.stop();
        expect(await names.records()).toEqual(before.records);
        expect(await seeShop(green.plane)).toEqual(before.green);
        expect(clients.tally()).toMatchObject({ failed: 0 });
        const report = await operator.report(id);
        expect(report).toMatchObject({ status: "ended", outcome: "restored", result: "PASS" });
        for (const { uses, id, state, undone } of report.steps) {
          const back = uses.startsWith("gate/") ? undefined : "reached";
          expect([id, state, undone?.state]).toEqual([id, "reached", back]);
        }
        expect(report.clients).toMatchObject({ samplesFailed: 0, longestOutageMs: 0 });
      } finally {
        await world.close();
      }
    },
    OF_A_RUN_MS,
  );
}
