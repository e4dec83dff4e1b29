import { afterEach, expect, test } from "@jest/globals";
import { eventually } from "../fakes/until.ts";
import { type Fleet, openFleet, ready } from "../servers/fleet.ts";
import { REHEARSAL } from "./rehearsal.ts";

let fleet: Fleet | undefined;

afterEach(async () => await fleet?.close(), 60_000);

/** Eight processes on a machine that has other things to do. */
const LONG_MS = 240_000;
const SOON = { withinMs: 60_000, everyMs: 100 };

const DRILL = { name: "often", application: "shop", kind: "rehearsal", cron: "*/5 * * * * *" };

/** What keeps the schedules can't be had: somebody else's table stands in the place of its own. */
async function without({ postgres }: Fleet): Promise<void> {
  await postgres.ask("create schema bullmq");
  await postgres.ask("create table bullmq.migration (of_somebody_else int)");
}

test(
  "where the schedules can't be had the application is protected, and they begin once they can",
  async () => {
    const own = await openFleet({ config: [[["drills"], [DRILL]]], runbooks: [REHEARSAL] });
    fleet = own;
    const { world, postgres } = own;
    await without(own);
    await own.start();
    expect(await own.readiness(0)).toMatchObject({ status: 200 });
    await eventually(() => own.said().includes("the schedules are waited for"), SOON);
    await world.panel.kill("blue");
    await eventually(async () => (await world.storeRole("green")) === "primary", SOON).catch(
      (cause: unknown) => {
        throw new Error(own.said(), { cause });
      },
    );
    const id = await world.opened();
    await world.reached(id, "succeeded");
    const outcomes = async () => (await world.events()).filter((event) => "dueAt" in event);
    expect(await outcomes()).toEqual([]);

    await postgres.ask("drop schema bullmq cascade");
    await eventually(async () => (await outcomes()).length >= 3, SOON);
  },
  LONG_MS,
);

test(
  "where nothing is scheduled nothing is waited for",
  async () => {
    fleet = await openFleet({ config: [[["drills"], []]] });
    await without(fleet);
    const worker = fleet.startPipeline(0);
    await ready(worker);
    expect(await fleet.readiness(0)).toMatchObject({ status: 200 });
    expect(worker.err).not.toContain("the schedules");
  },
  LONG_MS,
);
