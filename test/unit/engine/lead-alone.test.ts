import { expect, test } from "@jest/globals";
import { createOperationsWorld } from "../../fakes/operations.ts";

test("while the journal is away, what another process led is not taken up: it may be further, or over", async () => {
  const world = createOperationsWorld();
  const { clock, opening, sleep, queue, green } = world;
  let isAlone = false;
  await clock.run(async () => {
    const first = await world.start("one");
    await first.operations.open(opening);
    first.kill();
    await sleep(10_000);
    queue.empty();
    const left = await world.types();
    const second = await world.start("two", () => isAlone);
    isAlone = true;
    await second.operations.resumeAll();
    await sleep(20_000);
    expect(await world.types()).toEqual(left);
    expect(green.look("shop")?.holder).not.toBe("two");
    expect(second.states()).toEqual([]);
    isAlone = false;
    await sleep(20_000);
  });
  expect(await world.endOf()).toMatchObject({ outcome: "succeeded" });
});

test("one whose journal goes away between its look and the Lease lets that go again", async () => {
  const world = createOperationsWorld();
  const { clock, opening, sleep, queue, green } = world;
  let isAlone = false;
  await clock.run(async () => {
    const first = await world.start("one");
    await first.operations.open(opening);
    first.kill();
    await sleep(10_000);
    queue.empty();
    const left = await world.types();
    green.onCall = async () => {
      isAlone = true;
    };
    const second = await world.start("two", () => isAlone);
    await second.operations.resumeAll();
    await sleep(20_000);
    expect(await world.types()).toEqual(left);
    expect(green.look("shop")?.holder).toBeUndefined();
    second.kill();
  });
});

test("who leads it goes on with it, the journal away or not", async () => {
  const world = createOperationsWorld();
  const { clock, opening, sleep } = world;
  await clock.run(async () => {
    const { operations } = await world.start("one", () => true);
    await operations.open(opening);
    await sleep(20_000);
  });
  expect(await world.endOf()).toMatchObject({ outcome: "succeeded" });
});
