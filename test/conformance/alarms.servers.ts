import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { BullAlarms } from "../../src/adapters/queue/bull-alarms.ts";
import { openPostgresAlarms } from "../../src/adapters/queue/postgres-bull.ts";
import { eventually } from "../fakes/until.ts";
import { type JournalServer, startPostgresServer } from "../servers/postgres-server.ts";
import { describeAlarms } from "./alarms.ts";

jest.setTimeout(60_000);

const clock = new SystemClock();
let server: JournalServer;
let alarms: BullAlarms;

beforeAll(async () => {
  server = await startPostgresServer();
});

afterAll(() => server.close());

describeAlarms({
  name: "BullMQ's job schedulers on a PostgreSQL server",
  open,
  empty: async () => {
    await server.ask("DELETE FROM bullmq.job");
    await server.ask("DELETE FROM bullmq.scheduler");
  },
  close: async () => {
    await alarms.set([]);
    await alarms.close();
  },
});

test("a server that is killed and comes back rings again, in a worker that lived on", async () => {
  await open();
  const heard: number[] = [];
  const worker = await alarms.work(async (_, at) => void heard.push(at));
  await server.process.kill();
  await expect(alarms.set([])).rejects.toMatchObject({ code: "GL_QUEUE_AWAY" });
  await server.start();
  const at = clock.wallMs() + 1500;
  const next = (after: number) => (at > after ? at : undefined);
  const isSet = () =>
    alarms.set([{ name: "a", rule: "x", next }]).then(
      () => true,
      () => false,
    );
  await eventually(isSet, { withinMs: 10_000 });
  await eventually(() => heard.length > 0, { withinMs: 20_000 });
  expect(heard).toEqual([at]);
  await worker.close();
  await alarms.set([]);
  await alarms.close();
});

async function open(): Promise<BullAlarms> {
  const options = { clock, onError: () => undefined };
  alarms = await openPostgresAlarms(server.place, options);
  return alarms;
}
