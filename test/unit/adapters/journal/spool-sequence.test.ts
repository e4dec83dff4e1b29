import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sha256 } from "../../../../src/adapters/digest/sha256.ts";
import { whyBroken } from "../../../../src/domain/chain.ts";
import { intended, opened, reached, Spooling } from "../../../fakes/spooling.ts";

let world: Spooling;

beforeEach(async () => {
  world = await Spooling.open();
});

afterEach(() => world.close());

test("what is intended while the journal is away goes beyond what others intended unread", async () => {
  const { line } = world;
  const journal = await world.worker();
  await journal.append(opened);
  for (const attempt of [1, 2, 3]) await line.append(intended(attempt));
  line.isCut = true;
  const own = await journal.append(intended(4));
  expect(own.seq).toBeGreaterThan(100);
  expect((await journal.append(intended(5))).seq).toBeGreaterThan(own.seq);
});

test("once it is replayed every worker goes on beyond that, though the places have no gap", async () => {
  const { line } = world;
  const journal = await world.worker();
  const other = await world.worker("other");
  await journal.append(opened);
  line.isCut = true;
  let { seq: highest } = await journal.append(intended(1));
  await journal.append(reached);
  line.isCut = false;
  await line.append(intended(7));
  await journal.replay();
  await other.read("op-1");
  for (const [attempt, by] of [journal, other, journal].entries()) {
    await by.read("op-1");
    const { seq } = await by.append(intended(attempt + 10));
    expect(seq).toBeGreaterThan(highest);
    highest = seq;
  }
  line.isCut = true;
  const { seq } = await journal.append(intended(20));
  expect(seq).toBeGreaterThan(highest + 100);
  const events = await line.past("op-1");
  expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(events.filter(({ sequence }) => sequence !== undefined)).toHaveLength(1);
  expect(whyBroken([...events, ...(await line.past("ledger"))], sha256)).toEqual([]);
});

test("without another look, too", async () => {
  const { line } = world;
  const journal = await world.worker();
  await journal.append(opened);
  line.isCut = true;
  const { seq } = await journal.append(intended(1));
  line.isCut = false;
  await journal.replay();
  expect((await journal.append(intended(2))).seq).toBeGreaterThan(seq);
});

test("also where the journal had it all the same: then it says what its writes carried", async () => {
  const { line } = world;
  const journal = await world.worker();
  const other = await world.worker("other");
  await journal.append(opened);
  line.losesAnswers = true;
  const { seq } = await journal.append(intended(1));
  line.losesAnswers = false;
  await journal.replay();
  expect(await world.types()).toEqual(["operation.opened", "step.intended", "late late.found"]);
  await other.read("op-1");
  expect((await other.append(intended(2))).seq).toBeGreaterThan(seq);
  expect((await line.read("op-1"))[2]).toMatchObject({ sequence: seq, claim: expect.any(String) });
});

test("and where another had laid claim to it", async () => {
  const { line } = world;
  const journal = await world.worker();
  await journal.append(opened);
  line.isCut = true;
  const { seq } = await journal.append(intended(1, 5));
  line.isCut = false;
  await line.append(intended(1, 4));
  await journal.replay();
  expect(await world.types()).toEqual(["operation.opened", "step.intended", "late late.refused"]);
  await journal.read("op-1");
  expect((await journal.append(intended(2))).seq).toBeGreaterThan(seq);
});

test("and where the journal lost its last records, and gives their places out again", async () => {
  const { line } = world;
  const journal = await world.worker();
  await journal.append(opened);
  let highest = 0;
  for (const attempt of [1, 2, 3]) ({ seq: highest } = await journal.append(intended(attempt)));
  line.loseTail("op-1", 2);
  for (const attempt of [4, 5, 6, 7, 8]) {
    await journal.append(reached);
    const { seq } = await journal.append(intended(attempt));
    expect(seq).toBeGreaterThan(highest);
    highest = seq;
  }
});
