import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { BullAlarms } from "../../src/adapters/queue/bull-alarms.ts";
import { openEmbeddedAlarms, openEmbeddedQueue } from "../../src/adapters/queue/embedded-bull.ts";
import type { EmbeddedStorage } from "../../src/adapters/storage/embedded-storage.ts";
import { OPENED_WITHIN_MS, openScratch } from "../fakes/scratch-storage.ts";
import { eventually } from "../fakes/until.ts";
import { describeAlarms } from "./alarms.ts";

jest.setTimeout(OPENED_WITHIN_MS);

const clock = new SystemClock();
let storage: EmbeddedStorage;
let alarms: BullAlarms;

beforeAll(async () => {
  storage = await openScratch();
});

afterAll(() => storage.close());

describeAlarms({
  name: "BullMQ's job schedulers on the embedded storage",
  open,
  empty: async () => {
    await storage.database.query("DELETE FROM bullmq.job");
    await storage.database.query("DELETE FROM bullmq.scheduler");
  },
  close: async () => {
    await alarms.set([]);
    await alarms.close();
  },
});

test("what an earlier process had set, and whose job was emptied by a start, is set again", async () => {
  const first = await open();
  const at = clock.wallMs() + 1500;
  const alarm = { name: "a", rule: "x", next: (after: number) => (at > after ? at : undefined) };
  await first.set([alarm]);
  await first.close();
  const queue = await openEmbeddedQueue({
    database: storage.database,
    clock,
    onError: () => undefined,
  });
  await queue.close();
  await open();
  const heard: number[] = [];
  const worker = await alarms.work(async (_, due) => void heard.push(due));
  await alarms.set([alarm]);
  await eventually(() => heard.length > 0, { withinMs: 20_000 });
  expect(heard).toEqual([at]);
  await worker.close();
  await alarms.close();
});

test("where the storage is gone it says so", async () => {
  const gone = await openScratch();
  const lost = await openEmbeddedAlarms({ ...options(), database: gone.database });
  await gone.close();
  await expect(lost.set([])).rejects.toMatchObject({ code: "GL_QUEUE_AWAY" });
});

async function open(): Promise<BullAlarms> {
  alarms = await openEmbeddedAlarms(options());
  return alarms;
}

function options() {
  return { database: storage.database, clock, onError: () => undefined };
}
