import { expect, test } from "@jest/globals";
import { eventually } from "../../fakes/until.ts";
import type { Clients } from "./clients.ts";
import { isRolledOut, restartRollout } from "./namespace.ts";
import { OF_A_RUN_MS } from "./run.ts";
import { VANTAGES } from "./side.ts";
import { type Ground, openWorld, type World } from "./world.ts";

/** What looks like an outage from somewhere, and is none. */
export function describeNothingMoves(ground: () => Ground): void {
  test(
    "what users don't feel moves nothing",
    async () => {
      const world = await openWorld(ground());
      try {
        const records = await world.names.records();
        const clients = world.ask();
        await clients.served("blue");
        for (const scene of [apiServerDies, oneVantageIsCut, rollsOut, apiServerRestarts]) {
          await scene(world, clients);
          expect([scene.name, await world.operator.operations()]).toEqual([scene.name, []]);
        }
        await clients.stop();
        expect(clients.tally()).toMatchObject({ failed: 0 });
        expect(clients.firstFrom("green")).toBeUndefined();
        expect(await world.names.records()).toEqual(records);
      } finally {
        await world.close();
      }
    },
    OF_A_RUN_MS,
  );
}

async function apiServerDies({ operator, blue }: World, clients: Clients): Promise<void> {
  await blue.plane.parts.api.kill();
  await says(operator, /^api-only/);
  await clients.served("blue", LONG);
  await says(operator, /^api-only/);
  blue.plane.parts.api.start();
  await operator.settled();
}

async function oneVantageIsCut({ operator, blue }: World, clients: Clients): Promise<void> {
  await blue.publicPath.cut(VANTAGES.east);
  await says(operator, /public: failed at 1 of 3/);
  await clients.served("blue", LONG);
  await blue.publicPath.mend(VANTAGES.east);
  await operator.settled();
}

async function rollsOut({ operator, blue }: World): Promise<void> {
  await restartRollout(blue.plane, "2026-11-30T00:00:00Z");
  await eventually(() => isRolledOut(blue.plane), SOON);
  await operator.settled();
}

async function apiServerRestarts({ operator, blue }: World, clients: Clients): Promise<void> {
  await blue.plane.parts.api.kill();
  blue.plane.parts.api.start();
  await blue.plane.ready();
  await clients.served("blue");
  await operator.settled();
}

/** Until that is among the evidence of the verdict on blue. */
async function says(operator: World["operator"], meant: RegExp): Promise<void> {
  let last: readonly string[] = [];
  await eventually(async () => {
    const { verdicts } = await operator.explain();
    last = verdicts.find(({ cluster }) => cluster === "blue")?.evidence ?? [];
    return last.some((line) => meant.test(line));
  }, SOON).catch((cause: unknown) => {
    throw new Error(`${meant} was never said: ${last.join("; ")}`, { cause });
  });
}

const SOON = { withinMs: 60_000, everyMs: 100 };
/** Answers of five seconds: many times what a failure takes to be believed. */
const LONG = 250;
