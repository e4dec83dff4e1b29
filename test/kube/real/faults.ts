import { expect, test } from "@jest/globals";
import { eventually } from "../../fakes/until.ts";
import type { Clients } from "./clients.ts";
import { killedInEachStep } from "./killed.ts";
import { movedTo } from "./moved.ts";
import { seeLease } from "./namespace.ts";
import { OF_A_RUN_MS } from "./run.ts";
import { ADDRESSES } from "./side.ts";
import { stepsOf, tell } from "./tell.ts";
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
  inWorld("Redis is killed as soon as the failover begins", redisDies);
  inWorld("Redis is emptied in each step", redisIsEmptied);
  inWorld("the journal is away throughout", journalIsAway);
}

async function redisDies(world: World): Promise<void> {
  const { operator, blue, redis } = world;
  const clients = world.ask();
  await clients.served("blue");
  await blue.kill();
  const id = await operator.opened("failover");
  await redis.process.kill();
  try {
    await served(world, clients, id);
  } finally {
    await redis.start();
  }
}

async function redisIsEmptied(world: World): Promise<void> {
  const { operator, blue, redis } = world;
  const clients = world.ask();
  await clients.served("blue");
  await blue.kill();
  const id = await operator.opened("failover");
  let begun = 0;
  await eventually(async () => {
    const { events, state } = await operator.operation(id);
    const now = events.filter(({ type }) => type === "step.intended").length;
    if (now > begun) await redis.ask("FLUSHALL");
    begun = now;
    return state !== "running";
  }, LONG);
  expect(begun).toBeGreaterThan(3);
  await served(world, clients, id);
}

/** Nobody can be asked what happens: it is seen where it happens, and told once the journal is back. */
async function journalIsAway(world: World): Promise<void> {
  const { operator, blue, green, names, journal } = world;
  const clients = world.ask();
  await clients.served("blue");
  await journal.process.kill();
  try {
    await blue.kill();
    await eventually(async () => {
      const answers = await names.answers();
      return answers.every((all) => all.join() === ADDRESSES.green);
    }, LONG);
    await clients.served("green");
    expect(await seeLease(green.plane)).toMatchObject({ primary: "green" });
  } finally {
    await journal.start();
  }
  const id = await operator.opened("failover");
  await served(world, clients, id);
  const { events } = await operator.operation(id);
  // What was kept while it was away says so.
  const late = events.filter((event) => "late" in event);
  expect(late.map(({ type }) => type)).toContain("operation.opened");
}

/** The failover ends, and users are served; tells how long they waited. */
async function served(world: World, clients: Clients, id: string): Promise<void> {
  await world.operator.reached(id, "succeeded");
  await clients.served("green");
  await clients.stop();
  await movedTo(world, "green", id);
  expect(await world.operator.operations()).toHaveLength(1);
  const { longestOutageMs } = clients.tally();
  const steps = stepsOf(await world.operator.operation(id));
  tell(expect.getState().currentTestName ?? "", { longestOutageMs, steps });
}

const LONG = { withinMs: 150_000, everyMs: 10 };
