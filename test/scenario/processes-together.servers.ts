import { expect, test } from "@jest/globals";
import type { JournalEvent } from "../../src/domain/event.ts";
import { foldHistory } from "../../src/domain/history.ts";
import type { Fleet } from "../servers/fleet.ts";
import { closedAfterEach } from "../servers/fleets.ts";
import { OFTEN, REHEARSAL } from "./rehearsal.ts";
import { BY_HAND } from "./world-file.ts";

const open = closedAfterEach();

/** Eight processes on a machine that has other things to do. */
const LONG_MS = 300_000;
const SOON_MS = 90_000;
type Condition = Parameters<Fleet["until"]>[0];

test(
  "a Redis that hangs with blue, and a database that hangs in the middle, stop nothing: nobody is told twice, and all of it is there later",
  async () => {
    const own = await open();
    const until = (isSo: Condition) => own.until(isSo, SOON_MS);
    const { world, redis, postgres } = own;
    await own.start();
    const at = { part: "store", cluster: "green", verb: "PUT", path: "/role" } as const;
    const held = await world.panel.hold({ ...at, when: "before" });
    redis.process.hang();
    await world.panel.kill("blue");
    await held.held();
    postgres.process.hang();
    await held.release();
    await until(async () => (await world.storeRole("green")) === "primary");
    await until(() => own.said().includes("failover of shop: succeeded"));
    expect(own.said()).toContain("the queue is away");
    expect(own.said()).toContain("what happens waits on disk");

    postgres.process.wake();
    redis.process.wake();
    await until(() => own.said().includes("has all that waited"));
    await until(() => own.said().includes("the queue is there again"));
    await until(async () => (await world.operations().catch(() => [])).length > 0);
    const [operation] = await world.operations();
    await world.reached(operation?.id ?? "", "succeeded");
    await world.movedTo("green");
    expect(await world.operations()).toHaveLength(1);
    const events = (await world.events()).filter(({ stream }) => stream === operation?.id);
    expect(events.some(({ late }) => late)).toBe(true);
    expect([...foldHistory(events).values()].every(({ step }) => step.state !== "due")).toBe(true);
    expect((await world.cli("audit", "verify")).status).toBe(0);

    const titles = world.inbox.messages.map(({ title }) => title);
    const count = (title: RegExp) => titles.filter((one) => title.test(one)).length;
    const before = [/blue is suspected/, /it moves/, /began/].map(count);
    expect([titles, before]).toEqual([titles, [1, 1, 1]]);
    // What ends meanwhile is told by who led it, whoever told of the beginning.
    const after = [/owes the fence of blue/, /succeeded/, /undone/].map(count);
    expect([titles, after]).toEqual([titles, [1, 1, 0]]);
  },
  LONG_MS,
);

type Outcome = Extract<JournalEvent, { readonly dueAt: number }>;

test(
  "two workers share the calendar: each time has one outcome, and the calendar outlives one of them",
  async () => {
    const own = await open({
      config: [...BY_HAND, [["drills"], [OFTEN]]],
      runbooks: [REHEARSAL],
    });
    const until = (isSo: Condition) => own.until(isSo, SOON_MS);
    const { world } = own;
    await own.start();
    const outcomes = async () =>
      (await world.events()).filter((event): event is Outcome => "dueAt" in event);
    const fired = async () => (await outcomes()).filter(({ type }) => type === "schedule.fired");
    await until(async () => (await fired()).length >= 3);
    // Not in the middle of a ring: the other one takes that up only once its lock has run out.
    await until(async () => (await world.operations()).every(({ ended }) => ended));
    await own.pipelines[0]?.kill();
    const before = (await fired()).length;
    await until(async () => (await fired()).length >= before + 2);

    const opened = async () =>
      (await world.events()).filter(({ type }) => type === "operation.opened");
    // Between an opening and its note lies a moment.
    await until(async () => {
      const [ids, notes] = [await opened(), await fired()];
      const noted = new Set(notes.map(({ operation }) => operation));
      return ids.every(({ stream }) => noted.has(stream));
    });
    const all = await outcomes();
    expect(new Set(all.map(({ dueAt }) => dueAt)).size).toBe(all.length);
    const operations = all.flatMap(({ operation }) => (operation ? [operation] : []));
    expect(new Set(operations).size).toBe(operations.length);
    expect(operations.length).toBeGreaterThanOrEqual(5);
    expect(world.inbox.messages.filter(({ title }) => /it moves/.test(title))).toEqual([]);
  },
  LONG_MS,
);
