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
import { openRedisQueue } from "../../src/adapters/queue/redis-queue.ts";
import { startCluster, startSentinel } from "../servers/redis.ts";
import { describeQueue, inState, JOB } from "./queue.ts";
import { AWAY, forgeInRedis, keepAdding, other, SharedQueues } from "./shared-queue.ts";

jest.setTimeout(60_000);

describe("Redis with a sentinel", () => {
  let servers: Awaited<ReturnType<typeof startSentinel>>;
  const queues = new SharedQueues((options) => openRedisQueue(servers.place, options));

  beforeAll(async () => {
    servers = await startSentinel();
  });

  beforeEach(async () => {
    await servers.primary.ask("FLUSHALL");
  });

  afterEach(() => queues.close());

  afterAll(() => servers.close());

  describeQueue({
    name: "BullMQ on Redis with a sentinel",
    open: () => queues.open(),
    close: () => queues.close(),
    forge: (id, data) => forgeInRedis(servers.primary.place, id, data),
    forged: queues.forged,
  });

  test("when the primary dies the queue goes on with the replica", async () => {
    const queue = await queues.open();
    const worker = await queue.work(async () => undefined);
    await queue.add(JOB);
    await inState(queue, JOB, "done");
    await servers.primary.process.kill();
    await keepAdding(queue, other(2));
    await inState(queue, other(2), "done");
    expect(String(await servers.replica.ask("ROLE"))).toMatch(/^master/);
    await worker.close();
  });
});

describe("a Redis cluster", () => {
  let servers: Awaited<ReturnType<typeof startCluster>>;
  const queues = new SharedQueues((options) => openRedisQueue(servers.place, options));

  beforeAll(async () => {
    servers = await startCluster();
  });

  beforeEach(async () => {
    for (const node of servers.nodes) await node.ask("FLUSHALL");
  });

  afterEach(() => queues.close());

  afterAll(() => servers.close());

  describeQueue({
    name: "BullMQ on a Redis cluster",
    open: () => queues.open(),
    close: () => queues.close(),
    forge: (id, data) => forgeInRedis(servers.place, id, data),
    forged: queues.forged,
  });

  test("all nodes killed and back: the queue goes on by itself", async () => {
    const queue = await queues.open();
    const worker = await queue.work(async () => undefined);
    for (const node of servers.nodes) await node.process.kill();
    await expect(queue.add(JOB)).rejects.toMatchObject(AWAY);
    for (const node of servers.nodes) await node.start();
    await keepAdding(queue, JOB);
    await inState(queue, JOB, "done");
    await worker.close();
  });
});
