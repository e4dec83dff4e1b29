import { expect, test } from "@jest/globals";
import { type Fleet, ready } from "../servers/fleet.ts";
import { closedAfterEach, WITH_FLEET_MS } from "../servers/fleets.ts";
import { OFTEN, REHEARSAL } from "./rehearsal.ts";

const open = closedAfterEach();

/** What keeps the schedules can't be had: somebody else's table stands in the place of its own. */
async function without({ postgres }: Fleet): Promise<void> {
  await postgres.ask("create schema bullmq");
  await postgres.ask("create table bullmq.migration (of_somebody_else int)");
}

test(
  "where the schedules can't be had the application is protected, and they begin once they can",
  async () => {
    const own = await open({ config: [[["drills"], [OFTEN]]], runbooks: [REHEARSAL] });
    const { world, postgres } = own;
    await without(own);
    await own.start();
    expect(await own.readiness(0)).toMatchObject({ status: 200 });
    await own.until(() => own.said().includes("the schedules are waited for"));
    await world.panel.kill("blue");
    await own.until(async () => (await world.storeRole("green")) === "primary");
    const id = await world.opened();
    await world.reached(id, "succeeded");
    const outcomes = async () => (await world.events()).filter((event) => "dueAt" in event);
    expect(await outcomes()).toEqual([]);

    await postgres.ask("drop schema bullmq cascade");
    await own.until(async () => (await outcomes()).length >= 3);
  },
  WITH_FLEET_MS,
);

test(
  "where nothing is scheduled nothing is waited for",
  async () => {
    const fleet = await open({ config: [[["drills"], []]] });
    await without(fleet);
    const worker = fleet.startPipeline(0);
    await ready(worker);
    expect(await fleet.readiness(0)).toMatchObject({ status: 200 });
    expect(worker.err).not.toContain("the schedules");
  },
  WITH_FLEET_MS,
);
