import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { Feed } from "../../../src/engine/feed.ts";
import { operationDetailOf } from "../../../src/runtime/operation-detail.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";
import { runCommand, tooWide } from "../../fakes/fake-terminal.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { PLAN, tellHeldAndResumed, tellSuccess } from "../../fakes/operation-story.ts";
import { eventually } from "../../fakes/until.ts";

const SOON = { withinMs: 10_000, everyMs: 10 };
let api: TestApi;
let journal: MemoryJournal;
let feed: Feed;
let asked: number;

beforeEach(async () => {
  api = await startTestApi();
  journal = new MemoryJournal();
  feed = new Feed({ clock: new SystemClock(), journal });
  asked = 0;
  api.control.follow = (after, options) => feed.follow(after, options);
  api.control.operation = async (id) => {
    asked += 1;
    return operationDetailOf(id, await journal.read(id));
  };
});

afterEach(() => api.close());

/** Appends the story's events, from one to before another. */
async function tell(
  events: ReturnType<typeof tellSuccess>["events"],
  from = 0,
  to = events.length,
) {
  for (const event of events.slice(from, to)) await journal.append(event);
  feed.ring();
}

const greenlight = (line: string) =>
  runCommand(line.split(" "), {
    env: { GREENLIGHT_URL: api.url, GREENLIGHT_TOKEN: api.viewer },
  });

test("watch hears of each thing once, by the stream, and asks no more", async () => {
  const { events } = tellSuccess();
  await tell(events, 0, 3);
  const watching = greenlight(`operation watch ${PLAN.id}`);
  await eventually(() => asked > 0, SOON);
  for (let i = 3; i < events.length; i += 2) await tell(events, i, i + 2);
  const { status, out } = await watching;
  expect(status).toBe(0);
  const lines = out.split("\n").filter((line) => /^ +\+\d/.test(line));
  expect(lines).toHaveLength(events.length);
  expect(lines.at(-1)).toMatch(/operation\.ended +succeeded/);
  // Once by the command, once by the route of the stream.
  expect(asked).toBeLessThanOrEqual(2);
});

test("where the stream is cut or can't be had, it asks", async () => {
  const { events } = tellSuccess();
  let cuts = 0;
  api.control.follow = async function* (after, options) {
    cuts += 1;
    if (cuts > 2) throw new GreenlightError("GL_BUSY", "no more");
    for await (const one of feed.follow(after, options)) {
      yield one;
      if (one?.event.seq === 2 * cuts) throw new Error("cut");
    }
  };
  await tell(events, 0, 1);
  const watching = greenlight(`operation watch ${PLAN.id}`);
  for (let i = 1; i < events.length; i += 1) await tell(events, i, i + 1);
  const { status, out } = await watching;
  expect(status).toBe(0);
  expect(out.split("\n").filter((line) => /^ +\+\d/.test(line))).toHaveLength(events.length);
});

test("it stops at a hold with status 5, and a hold that was answered is none", async () => {
  const { events } = tellHeldAndResumed();
  const held = events.findIndex(({ type }) => type === "operation.held");
  await tell(events, 0, held - 1);
  const watching = greenlight(`operation watch ${PLAN.id}`);
  await eventually(() => asked > 1, SOON);
  await tell(events, held - 1, held + 1);
  expect(await watching).toMatchObject({ status: 5, err: expect.stringContaining("resume op-1") });
  await tell(events, held + 1, events.length - 1);
  const again = greenlight(`operation watch ${PLAN.id}`);
  await eventually(() => asked > 3, SOON);
  await tell(events, events.length - 1);
  expect((await again).status).toBe(0);
});

test("show --watch draws the steps anew until it has ended, 80 columns wide", async () => {
  const { events } = tellSuccess();
  await tell(events, 0, 1);
  const watching = greenlight(`operation show ${PLAN.id} --watch`);
  await eventually(() => asked > 1, SOON);
  await tell(events, 1);
  const { status, out } = await watching;
  expect(status).toBe(0);
  expect(tooWide(out)).toEqual([]);
  const drawings = out.split(/^(?=failover of shop)/m);
  expect(drawings.length).toBeGreaterThan(2);
  expect(drawings[0]).toMatch(/^failover of shop from blue to green: running\n/);
  expect(drawings[0]).toMatch(/^promote-store +waiting/m);
  expect(drawings.at(-1)).toMatch(/^promote-store +reached/m);
  expect(drawings.at(-1)).toMatch(/^failover of shop from blue to green: succeeded\n/);
});
