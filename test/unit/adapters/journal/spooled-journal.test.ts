import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sha256 } from "../../../../src/adapters/digest/sha256.ts";
import { whyBroken } from "../../../../src/domain/chain.ts";
import { ended, intended, opened, reached, Spooling } from "../../../fakes/spooling.ts";

let world: Spooling;

beforeEach(async () => {
  world = await Spooling.open();
});

afterEach(() => world.close());

test("an operation runs from its opening to its end while the journal is away, and is all there later", async () => {
  const journal = await world.worker();
  expect(await journal.operations({ application: "shop", limit: 1 })).toEqual([]);
  world.line.isCut = true;
  await journal.append(opened);
  expect(journal.isAway).toBe(true);
  expect(await journal.openOperations()).toEqual(["op-1"]);
  expect(await journal.operations({ application: "shop", limit: 1 })).toMatchObject([
    { id: "op-1" },
  ]);
  const { seq } = await journal.append(intended(1));
  expect(seq).toBe(2);
  for (const draft of [reached, ended]) await journal.append(draft);
  expect((await journal.read("op-1")).map(({ type }) => type)).toHaveLength(4);
  expect(await journal.openOperations()).toEqual([]);
  expect(world.spooled).toEqual([opened, intended(1), reached, ended]);
  world.line.isCut = false;
  await journal.replay();
  expect(await world.types()).toEqual([
    "late operation.opened",
    "late step.intended",
    "late step.reached",
    "late operation.ended",
  ]);
  expect(world.told).toEqual([expect.stringContaining("it is cut"), undefined]);
  expect(journal.isAway).toBe(false);
  const all = [...(await world.line.read("op-1")), ...(await world.line.read("ledger"))];
  expect(whyBroken(all, sha256)).toEqual([]);
});

test("one that began before goes on with what was read of it", async () => {
  const journal = await world.worker();
  await journal.append(opened);
  world.line.isCut = true;
  await journal.append(intended(1));
  expect(await journal.read("op-1")).toHaveLength(2);
  await expect(journal.append(intended(1))).rejects.toMatchObject({ code: "GL_STEP_CLAIMED" });
});

test("nobody lays claim in a stream that this process does not know", async () => {
  const journal = await world.worker();
  world.line.isCut = true;
  await expect(journal.append(intended(1))).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
  await expect(journal.read("op-1")).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
  await expect(journal.operations({ limit: 1 })).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
});

test("what was kept though its answer was lost is there once", async () => {
  const journal = await world.worker();
  world.line.losesAnswers = true;
  await journal.append(opened);
  world.line.losesAnswers = false;
  await journal.append(reached);
  await journal.replay();
  expect(await world.types()).toEqual(["operation.opened", "late step.reached"]);
});

test("what a killed process left is replayed by the next, once, also where that one died in it", async () => {
  const first = await world.worker();
  await first.append(opened);
  world.line.isCut = true;
  await first.append(intended(1));
  await first.append(reached);
  await world.kill();
  world.line.isCut = false;
  await world.line.append({ ...intended(1), late: true, sequence: 1_002 });
  const next = await world.worker();
  expect(next.isAway).toBe(true);
  await next.replay();
  expect(await world.types()).toEqual([
    "operation.opened",
    "late step.intended",
    "late step.reached",
  ]);
});

test("what another laid claim to meanwhile is written down all the same, and claims nothing", async () => {
  const journal = await world.worker();
  await journal.append(opened);
  world.line.isCut = true;
  await journal.append(intended(1, 5));
  world.line.isCut = false;
  await world.line.append(intended(1, 4));
  await journal.replay();
  expect(await world.types()).toEqual(["operation.opened", "step.intended", "late late.refused"]);
  expect((await world.line.read("op-1")).at(-1)).toMatchObject({
    claim: "step.intended 1 promote",
    fact: intended(1, 5),
  });
});
