import { expect, test } from "@jest/globals";
import { eventually } from "../../fakes/until.ts";
import { lostIn } from "./clients.ts";
import { movedTo } from "./moved.ts";
import { OF_A_RUN_MS } from "./run.ts";
import { tell } from "./tell.ts";
import { type Ground, openWorld, type World } from "./world.ts";

/** Greenlight's own parts fail while blue does. */
export function describeFaults(ground: () => Ground): void {
  const inWorld = (name: string, run: (world: World) => Promise<void>) =>
    test(
      name,
      async () => {
        const world = await openWorld(ground());
        try {
          await run(world);
        } finally {
          await world.close();
        }
      },
      OF_A_RUN_MS,
    );

  inWorld("whoever runs the steps is killed in each of them", killedInEachStep);
}

async function killedInEachStep(world: World): Promise<void> {
  const { operator, blue } = world;
  const clients = world.ask();
  await clients.served("blue");
  await blue.kill();
  const id = await operator.opened("failover");
  const killedIn = new Set<string>();
  await eventually(async () => {
    const { events, state } = await operator.operation(id);
    if (state !== "running") return true;
    const begun = events.flatMap((event) => (event.type === "step.intended" ? [event.step] : []));
    const next = begun.findLast((step) => !killedIn.has(step));
    if (next === undefined) return false;
    if (!(await world.killHolder())) return false;
    for (const step of begun) killedIn.add(step);
    return false;
  }, LONG);
  await operator.reached(id, "succeeded");
  await clients.served("green");
  await clients.stop();
  await movedTo(world, "green", id);
  expect(killedIn.size).toBeGreaterThan(3);
  expect(await operator.operations()).toHaveLength(1);
  const lost = await lostIn(world.green.store, clients.answers);
  const { longestOutageMs } = clients.tally();
  tell("killed in", { steps: [...killedIn], lost: lost.length, longestOutageMs });
}

const LONG = { withinMs: 150_000, everyMs: 10 };
