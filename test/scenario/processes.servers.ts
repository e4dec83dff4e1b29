import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { foldHistory } from "../../src/domain/history.ts";
import { eventually } from "../fakes/until.ts";
import { type Fleet, openFleet, ready } from "../servers/fleet.ts";
import { REDIS_PASSWORD } from "../servers/redis.ts";

let fleet: Fleet;

beforeEach(async () => {
  fleet = await openFleet();
}, 60_000);

afterEach(async () => await fleet.close(), 60_000);

/** Eight processes on a machine that has other things to do. */
const LONG_MS = 240_000;
const SOON = { withinMs: 60_000, everyMs: 100 };

/** Until the one operation that there is has succeeded, and all can see it. */
async function movedOnce(): Promise<void> {
  await movedOnceAs(await fleet.world.opened().catch(withLogs));
}

async function movedOnceAs(id: string): Promise<void> {
  const { world } = fleet;
  await world.reached(id, "succeeded").catch(withLogs);
  await world.movedTo("green");
  const operations = await world.operations();
  expect(operations.filter(({ kind }) => kind === "failover")).toHaveLength(1);
  expect((await world.cli("audit", "verify")).status).toBe(0);
}

function withLogs(cause: unknown): never {
  throw new Error(fleet.said(), { cause });
}

describe("processes that share nothing but Redis, PostgreSQL and the clusters", () => {
  test(
    "move the application when blue dies: one operation, which succeeds",
    async () => {
      const { world } = fleet;
      await fleet.start();
      await world.panel.kill("blue");
      await movedOnce();
    },
    LONG_MS,
  );

  test(
    "the worker that leads is killed in the middle: the other one goes on",
    async () => {
      const { world } = fleet;
      await fleet.start();
      const held = await world.panel.hold({
        part: "store",
        cluster: "green",
        verb: "PUT",
        path: "/role",
        when: "before",
      });
      await world.panel.kill("blue");
      await held.held();
      const leader = await fleet.leader();
      await fleet.pipelines[leader]?.kill();
      await held.release();
      await movedOnce();
    },
    LONG_MS,
  );

  test(
    "blue is back before anything final, and who decided is dead: the other one calls it back",
    async () => {
      const { world } = fleet;
      await fleet.start();
      // What was begun is waited for: long enough for the other one to have the Lease by then.
      await world.panel.startupDelay("green", 30_000);
      const blue = await world.panel.kill("blue");
      const id = await world.opened().catch(withLogs);
      await world.stepIs(id, "scale", "running");
      const leader = await fleet.leader();
      await fleet.pipelines[leader]?.kill();
      await world.panel.heal(blue);
      const isUndone = async () => (await world.operation(id)).state === "undone";
      await eventually(isUndone, SOON).catch(withLogs);
      const { events } = await world.operation(id);
      const by = "decision: blue is healthy again";
      expect(events).toContainEqual(expect.objectContaining({ type: "operation.aborting", by }));
      expect(await world.application()).toMatchObject({ primary: "blue" });
    },
    LONG_MS,
  );

  test(
    "blue is back while the move is held, and who held it is killed: the other one fences it",
    async () => {
      const { world } = fleet;
      await fleet.start();
      const dns = await world.panel.fault({ part: "dns", kind: "kill" });
      const blue = await world.panel.kill("blue");
      const id = await world.opened().catch(withLogs);
      await world.stepIs(id, "primary", "reached");
      const leader = await fleet.leader();
      await world.reached(id, "held").catch(withLogs);
      await fleet.pipelines[leader]?.kill();
      await world.panel.heal(blue);
      await eventually(async () => (await world.storeRole("blue")) === "fenced", SOON).catch(
        withLogs,
      );
      expect((await world.operation(id)).state).toBe("held");
      await world.panel.heal(dns);
      expect((await world.cli("operation", "resume", id)).status).toBe(0);
      await movedOnceAs(id);
      const quarantined = async () =>
        (await world.operations()).some(
          ({ kind, state }) => kind === "quarantine" && state === "succeeded",
        );
      await eventually(quarantined, SOON).catch(withLogs);
    },
    LONG_MS,
  );

  test(
    "a Redis that is killed with blue stops nothing, nor does one that is emptied",
    async () => {
      const { world, redis } = fleet;
      await fleet.start();
      await redis.ask("FLUSHALL");
      await world.panel.kill("blue");
      await redis.process.kill();
      await movedOnce();
      expect(fleet.said()).toContain("the queue is away");
      await redis.start();
      await eventually(() => fleet.said().includes("the queue is there again"), SOON);
    },
    LONG_MS,
  );

  test(
    "a database that is killed throughout stops nothing, and has all of it later",
    async () => {
      const { world, postgres } = fleet;
      await fleet.start();
      await postgres.process.kill();
      await world.panel.kill("blue");
      await eventually(async () => (await world.storeRole("green")) === "primary", SOON).catch(
        withLogs,
      );
      await eventually(() => fleet.said().includes("failover of shop: succeeded"), SOON).catch(
        withLogs,
      );
      await postgres.start();
      await eventually(() => fleet.said().includes("has all that waited"), SOON).catch(withLogs);
      await eventually(async () => (await world.operations().catch(() => [])).length > 0, SOON);
      const [operation] = await world.operations();
      await world.reached(operation?.id ?? "", "succeeded").catch(withLogs);
      await world.movedTo("green");
      const events = (await world.events()).filter(({ stream }) => stream === operation?.id);
      expect(events.every(({ late }) => late)).toBe(true);
      expect([...foldHistory(events).values()].every(({ step }) => step.state !== "due")).toBe(
        true,
      );
      expect(await world.operations()).toHaveLength(1);
      expect((await world.cli("audit", "verify")).status).toBe(0);
    },
    LONG_MS,
  );

  test(
    "a forged job is refused, and the journal says so",
    async () => {
      const { world, redis } = fleet;
      await fleet.start();
      const [host, port] = redis.address.split(":");
      const connection = new Redis({ host, port: Number(port), password: REDIS_PASSWORD });
      const queue = new Queue("step", { connection, prefix: "{greenlight}" });
      await queue.waitUntilReady();
      const job = { operation: "op-x", step: "promote", leg: "step", attempt: 1, epoch: 9 };
      await queue.add("step", { job, mac: "0".repeat(64) }, { jobId: "op-x-promote-1" });
      await eventually(
        async () => (await world.events()).some(({ type }) => type === "job.refused"),
        SOON,
      );
      await queue.close();
      connection.disconnect();
    },
    LONG_MS,
  );
});

describe("each of them", () => {
  test(
    "may start late: it says what it waits for, and begins when that is there",
    async () => {
      const { world, redis, postgres } = fleet;
      await redis.process.kill();
      await postgres.process.kill();
      const first = fleet.startPipeline(0);
      await eventually(() => first.err.includes("the database is waited for"), SOON);
      expect(await fleet.readiness(0)).toMatchObject({
        status: 503,
        json: expect.stringMatching(/^the database is waited for: GL_STORAGE_AWAY: .*ECONNREFUSED/),
      });
      await postgres.start();
      await ready(first);
      expect(await fleet.readiness(0)).toMatchObject({ status: 200 });
      await eventually(() => first.err.includes("the queue is waited for"), SOON);
      await fleet.answer();
      fleet.startProbes();
      await world.settled();
      await redis.start();
      await fleet.start();
      await world.panel.kill("blue");
      await movedOnce();
    },
    LONG_MS,
  );

  test(
    "what people ask one API for the other one knows, and workers do it",
    async () => {
      const { world } = fleet;
      await fleet.start();
      const other = await fleet.secondApi();
      let id = "";
      // Green must have been well for a while before it is gone to.
      await eventually(async () => {
        id = await world.request("switchover").catch(() => "");
        return id !== "";
      }, SOON).catch(withLogs);
      await world.reached(id, "succeeded").catch(withLogs);
      await world.movedTo("green");
      expect((await other.api(`/v1/operations/${id}`)).json.state).toBe("succeeded");
      expect((await world.operation(id)).by).not.toBe("decision");
    },
    LONG_MS,
  );
});
