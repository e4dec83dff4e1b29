import { expect, test } from "@jest/globals";
import { createOperationsWorld } from "../../fakes/operations.ts";

test("one is led by who has its Lease, and by nobody once it is over", async () => {
  const world = createOperationsWorld();
  const { clock, opening, sleep, deeds } = world;
  const slow = deeds["a"]?.action;
  if (slow) slow.apply = async ({ signal }) => await clock.sleep(20_000, signal);
  await clock.run(async () => {
    const [one, two] = [await world.start("one"), await world.start("two")];
    const leads = () => [one, two].map(({ operations }) => operations.leads("op-1"));
    await one.operations.open(opening);
    await two.operations.resumeAll();
    await sleep(1_000);
    expect(leads()).toEqual([true, false]);
    one.kill();
    await sleep(9_000);
    expect(leads()).toEqual([false, true]);
    await two.operations.recall("op-1", "decision");
    await sleep(20_000);
    expect(leads()).toEqual([false, false]);
  });
  expect(await world.endOf()).toMatchObject({ outcome: "undone" });
});
