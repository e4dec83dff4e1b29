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
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { openRedisQueue } from "../../src/adapters/queue/redis-queue.ts";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import type { Job } from "../../src/domain/job.ts";
import { eventually } from "../fakes/until.ts";
import { type RedisServer, startRedis } from "../servers/redis.ts";
import { describeQueue, inState, JOB } from "./queue.ts";
import {
  AWAY,
  forgeInRedis,
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

describe("Redis", () => {
  let server: RedisServer;
  const queues = new SharedQueues((options) => openRedisQueue(server.place, options));

  beforeAll(async () => {
    server = await startRedis();
  });

  beforeEach(async () => {
    await server.ask("FLUSHALL");
  });

  afterEach(() => queues.close());

  afterAll(() => server.close());

  describeQueue({
    name: "BullMQ on Redis",
    open: () => queues.open(),
    close: () => queues.close(),
    forge: (id, data) => forgeInRedis(server.place, id, data),
    forged: queues.forged,
  });

  test("what is in a queue outlives whoever opened it", async () => {
    const first = await queues.open();
    await first.add(JOB);
    await first.close();
    const second = await queues.open();
    expect(await second.stateOf(JOB)).toBe("waiting");
    const worker = await second.work(async () => undefined);
    await inState(second, JOB, "done");
    await worker.close();
  });

  test("a paused queue gives out nothing, in any process, until somebody resumes it", async () => {
    const [one, two] = [await queues.open(), await queues.open()];
    const worker = await two.work(async () => undefined);
    await one.pause();
    await one.add(JOB);
    for (let i = 0; i < 20; i += 1) expect(await two.stateOf(JOB)).toBe("waiting");
    await two.resume();
    await inState(one, JOB, "done");
    await worker.close();
  });

  test("a Redis that is killed costs a clear refusal, and the queue goes on by itself", async () => {
    const queue = await queues.open();
    const given: Job[] = [];
    const worker = await queue.work(async (job) => void given.push(job));
    await queue.add(JOB);
    await inState(queue, JOB, "done");
    await server.process.kill();
    await expect(queue.add(other(2))).rejects.toMatchObject(AWAY);
    await expect(queue.stateOf(JOB)).rejects.toMatchObject(AWAY);
    await server.start();
    await keepAdding(queue, other(2));
    await inState(queue, other(2), "done");
    expect(await queue.stateOf(JOB)).toBe("done");
    expect(given).toEqual([JOB, other(2)]);
    await worker.close();
  });

  test("a job that runs while Redis is killed and comes back is done once, or fails; none is lost", async () => {
    const queue = await queues.open();
    let runs = 0;
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const worker = await queue.work(async () => {
      runs += 1;
      await finished;
    });
    await queue.add(JOB);
    await inState(queue, JOB, "active");
    await server.process.kill();
    await server.start();
    finish();
    const ended = async () =>
      ["done", "failed"].includes(await queue.stateOf(JOB).catch(() => "away"));
    await eventually(ended, { withinMs: 20_000 });
    expect(runs).toBe(1);
    await worker.close();
  });

  test("a Redis that hangs holds a call no longer than it may, and is used again when it wakes", async () => {
    const queue = await queues.open();
    const worker = await queue.work(async () => undefined);
    server.process.hang();
    const startedMs = clock.monotonicMs();
    await expect(queue.add(JOB)).rejects.toMatchObject(AWAY);
    expect(clock.monotonicMs() - startedMs).toBeLessThan(5000);
    server.process.wake();
    await keepAdding(queue, JOB);
    await inState(queue, JOB, "done");
    await worker.close();
  });

  test("after FLUSHALL a job is absent, and runs when it is added again", async () => {
    const queue = await queues.open();
    await queue.add(JOB);
    await server.ask("FLUSHALL");
    expect(await queue.stateOf(JOB)).toBe("absent");
    const worker = await queue.work(async () => undefined);
    await server.ask("FLUSHALL");
    await queue.add(JOB);
    await inState(queue, JOB, "done");
    await worker.close();
  });

  test("a full Redis refuses to add, and takes jobs again when it has room", async () => {
    const queue = await queues.open();
    await server.ask("CONFIG", "SET", "maxmemory", "1");
    await expect(queue.add(JOB)).rejects.toMatchObject(AWAY);
    await expect(queue.add(JOB)).rejects.toThrow("OOM");
    await server.ask("CONFIG", "SET", "maxmemory", "0");
    await queue.add(JOB);
    expect(await queue.stateOf(JOB)).toBe("waiting");
  });

  test("what another process is through with is told", () => hearsOfOthers(queues));

  test("what nobody has begun can be taken back", () => takesBack(queues));

  test("a worker that is killed: its job has failed soon, and nobody else was given it", async () => {
    await provesDeath(queues, server.place);
  });

  test("a Redis that is away at the start is named; one without a password must be on loopback", async () => {
    const away: RedisPlace = { mode: "standalone", address: "127.0.0.1:1" };
    const options = { clock, seal: noSeal, onError: () => undefined };
    await expect(openRedisQueue(away, options)).rejects.toMatchObject(AWAY);
    await expect(openRedisQueue(away, options)).rejects.toThrow(/127\.0\.0\.1:1.*ECONNREFUSED/);
    const open: RedisPlace = { mode: "standalone", address: "192.0.2.1:6379" };
    await expect(openRedisQueue(open, options)).rejects.toMatchObject({ code: "GL_CONFIG" });
  });
});
