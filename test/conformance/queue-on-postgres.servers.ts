import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from "@jest/globals";
import { createPostgresBackend, type PgPool, withBackend } from "bullmq";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { openPostgresQueue } from "../../src/adapters/queue/postgres-bull.ts";
import { createPool } from "../../src/adapters/storage/postgres-place.ts";
import { type JournalServer, startPostgresServer } from "../servers/postgres-server.ts";
import { describeQueue, inState, JOB } from "./queue.ts";
import {
  AWAY,
  hearsOfOthers,
  keepAdding,
  noSeal,
  other,
  provesDeath,
  SharedQueues,
  takesBack,
} from "./shared-queue.ts";

jest.setTimeout(60_000);

const clock = new SystemClock();

describe("PostgreSQL", () => {
  let server: JournalServer;
  const queues = new SharedQueues((options) => openPostgresQueue(server.place, options));

  beforeAll(async () => {
    server = await startPostgresServer();
  });

  beforeEach(async () => {
    await server.ask("DROP SCHEMA IF EXISTS bullmq CASCADE");
  });

  afterEach(() => queues.close());

  afterAll(() => server.close());

  describeQueue({
    name: "BullMQ on a PostgreSQL server",
    open: () => queues.open(),
    close: () => queues.close(),
    forge: async (id, data) => {
      const settings = { max: 3, withinMs: 5000, searchPath: "bullmq", onError: () => undefined };
      const pool = createPool(server.place, settings);
      const { Queue } = withBackend(createPostgresBackend);
      const queue = new Queue<unknown>("step", { connection: pool as unknown as PgPool });
      await queue.add("step", data, { jobId: id, attempts: 3 });
      await queue.close();
      await pool.end();
    },
    forged: queues.forged,
  });

  test("a server that is killed costs a clear refusal, and the queue goes on by itself", async () => {
    const queue = await queues.open();
    const worker = await queue.work(async () => undefined);
    await queue.add(JOB);
    await inState(queue, JOB, "done");
    await server.process.kill();
    await expect(queue.add(other(2))).rejects.toMatchObject(AWAY);
    await server.start();
    await keepAdding(queue, other(2));
    await inState(queue, other(2), "done");
    expect(await queue.stateOf(JOB)).toBe("done");
    await worker.close();
  });

  test("what another process is through with is told", () => hearsOfOthers(queues));

  test("what nobody has begun can be taken back", () => takesBack(queues));

  test("a worker that is killed: its job has failed soon, and nobody else was given it", async () => {
    await provesDeath(queues, server.place);
  });

  test("a server that is away at the start is named", async () => {
    const away = { ...server.place, address: "127.0.0.1:1" };
    const options = { clock, seal: noSeal, onError: () => undefined };
    await expect(openPostgresQueue(away, options)).rejects.toMatchObject(AWAY);
    await expect(openPostgresQueue(away, options)).rejects.toThrow(/127\.0\.0\.1:1.*ECONNREFUSED/);
  });
});
