import { expect, test } from "@jest/globals";
import { isMissing } from "../../../src/domain/missing.ts";
import type { Report } from "../../../src/domain/report.ts";
import type { ReportedStore } from "../../../src/domain/report-data.ts";
import { eventually } from "../../fakes/until.ts";
import { movedTo } from "./moved.ts";
import { seeDeployment } from "./namespace.ts";
import { OF_A_RUN_MS } from "./run.ts";
import { tell } from "./tell.ts";
import { type Ground, openWorld, type World } from "./world.ts";

/** A region that hangs, and wakes: it believes that it is primary until somebody says otherwise. */
export function describeHang(ground: () => Ground): void {
  test(
    "blue hangs whole, and wakes: it is quarantined, and what it took meanwhile is counted",
    async () => {
      const world = await openWorld(ground());
      try {
        await hangAndWake(world);
      } finally {
        await world.close();
      }
    },
    OF_A_RUN_MS,
  );
}

async function hangAndWake(world: World): Promise<void> {
  const { operator, blue, green } = world;
  const clients = world.ask();
  await clients.served("blue");
  blue.hang();
  const moved = await operator.opened("failover");
  await operator.reached(moved, "succeeded");
  await clients.served("green");
  await clients.stop();
  await movedTo(world, "green", moved);
  // Whoever still asks blue at its own address: a resolver that keeps what it has.
  const beside = world.askAt("blue");
  // Nobody fences it before it has taken one: that is a matter of moments, and of luck.
  world.hangWorkers();
  blue.wake();
  await eventually(async () => (await besideIn(blue)) > 0, SOON);
  world.wakeWorkers();
  const quarantine = await operator.opened("quarantine");
  await operator.reached(quarantine, "succeeded");
  const acknowledged = await beside.stop();
  expect(await seeDeployment(blue.plane)).toMatchObject({ replicas: 0 });
  expect(await operator.operations()).toHaveLength(2);
  expect(await world.names.answers()).toEqual([["127.0.0.3"], ["127.0.0.3"]]);
  const [kept, elsewhere] = await Promise.all([blue, green].map(({ store }) => ordersOf(store)));
  expect(acknowledged.filter((id) => kept?.has(id)).length).toBeGreaterThan(0);
  // None that was acknowledged is nowhere.
  expect(acknowledged.filter((id) => !kept?.has(id) && !elsewhere?.has(id))).toEqual([]);
  // The reports have it: what blue held at its fence, and green when it was promoted.
  const [besides] = storesOf(await operator.report(quarantine));
  const counted = besides?.acknowledgedBeside;
  expect(counted).toMatchObject({ held: kept?.size, owedBy: moved });
  const [promoted] = storesOf(await operator.report(moved));
  const positions = promoted && !isMissing(promoted.positions) ? promoted.positions : [];
  const shared = positions.find(({ step }) => step === "promote")?.after?.["writes"];
  const onlyBlue = [...(kept ?? [])].filter((id) => !elsewhere?.has(id));
  expect(onlyBlue).toEqual(expect.arrayContaining(acknowledged.filter((id) => kept?.has(id))));
  expect(onlyBlue).toHaveLength(Number(kept?.size) - Number(shared));
  // The number itself: those that blue alone has, but for what it had not sent on when it hung.
  const writes = counted && "writes" in counted ? counted.writes : -1;
  expect(writes).toBeGreaterThanOrEqual(acknowledged.filter((id) => kept?.has(id)).length);
  expect(writes).toBeLessThanOrEqual(onlyBlue.length);
  const { longestOutageMs } = clients.tally();
  tell("hang", {
    longestOutageMs,
    acknowledgedBeside: acknowledged.length,
    onlyBlue: onlyBlue.length,
  });
}

/** How many writes of whoever asks blue itself its store has. */
async function besideIn({ store }: World["blue"]): Promise<number> {
  const [row] = await store.sql("select count(*)::int as n from orders where id like 'beside-%'");
  return Number(row?.["n"]);
}

function storesOf({ dataIntegrity }: Report): readonly ReportedStore[] {
  return isMissing(dataIntegrity) ? [] : dataIntegrity;
}

async function ordersOf(store: World["blue"]["store"]): Promise<ReadonlySet<unknown>> {
  return new Set((await store.sql("select id from orders")).map(({ id }) => id));
}

const SOON = { withinMs: 30_000, everyMs: 20 };
