import { describe, expect, test } from "@jest/globals";
import { Queue } from "bullmq";
import { foldHistory } from "../../src/domain/history.ts";
import { ready } from "../servers/fleet.ts";
import { closedAfterEach, movedOnce, WITH_FLEET_MS } from "../servers/fleets.ts";

const open = closedAfterEach();

describe("processes that share nothing but Redis, PostgreSQL and the clusters", () => {
  test(
    "move the application when blue dies: one operation, which succeeds",
    async () => {
      const fleet = await open();
      const { world } = fleet;
      await fleet.start();
      await world.panel.kill("blue");
      await movedOnce(fleet);
    },
    WITH_FLEET_MS,
  );

  test(
    "the worker that leads is killed in the middle: the other one goes on",
    async () => {
      const fleet = await open();
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
      await movedOnce(fleet);
    },
    WITH_FLEET_MS,
  );

  test(
    "blue is back before anything final, and who decided is dead: the other one calls it back",
    async () => {
      const fleet = await open();
      const { world } = fleet;
      await fleet.start();
      // What was begun is waited for: long enough for the other one to have the Lease by then.
      await world.panel.startupDelay("green", 30_000);
      const blue = await world.panel.kill("blue");
      const id = await world.opened().catch(fleet.withLogs);
      await world.stepIs(id, "scale", "running");
      const leader = await fleet.leader();
      await fleet.pipelines[leader]?.kill();
      await world.panel.heal(blue);
      const isUndone = async () => (await world.operation(id)).state === "undone";
      await fleet.until(isUndone);
      const { events } = await world.operation(id);
      const by = "decision: blue is healthy again";
      expect(events).toContainEqual(expect.objectContaining({ type: "operation.aborting", by }));
      expect(await world.application()).toMatchObject({ primary: "blue" });
    },
    WITH_FLEET_MS,
  );

  test(
    "blue is back while the move is held, and who held it is killed: the other one fences it",
    async () => {
      const fleet = await open();
      const { world } = fleet;
      await fleet.start();
      const dns = await world.panel.fault({ part: "dns", kind: "kill" });
      const blue = await world.panel.kill("blue");
      const id = await world.opened().catch(fleet.withLogs);
      await world.stepIs(id, "primary", "reached");
      const leader = await fleet.leader();
      await world.reached(id, "held").catch(fleet.withLogs);
      await fleet.pipelines[leader]?.kill();
      await world.panel.heal(blue);
      await fleet.until(async () => (await world.storeRole("blue")) === "fenced");
      expect((await world.operation(id)).state).toBe("held");
      await world.panel.heal(dns);
      expect((await world.cli("operation", "resume", id)).status).toBe(0);
      await movedOnce(fleet, id);
      const quarantined = async () =>
        (await world.operations()).some(
          ({ kind, state }) => kind === "quarantine" && state === "succeeded",
        );
      await fleet.until(quarantined);
    },
    WITH_FLEET_MS,
  );

  test(
    "a Redis that is killed with blue stops nothing, nor does one that is emptied",
    async () => {
      const fleet = await open();
      const { world, redis } = fleet;
      await fleet.start();
      await redis.ask("FLUSHALL");
      await world.panel.kill("blue");
      await redis.process.kill();
      await movedOnce(fleet);
      expect(fleet.said()).toContain("the queue is away");
      await redis.start();
      await fleet.until(() => fleet.said().includes("the queue is there again"));
    },
    WITH_FLEET_MS,
  );

  test(
    "a database that is killed throughout stops nothing, and has all of it later",
    async () => {
      const fleet = await open();
      const { world, postgres } = fleet;
      await fleet.start();
      await postgres.process.kill();
      await world.panel.kill("blue");
      await fleet.until(async () => (await world.storeRole("green")) === "primary");
      await fleet.until(() => fleet.said().includes("failover of shop: succeeded"));
      await postgres.start();
      await fleet.until(() => fleet.said().includes("has all that waited"));
      await fleet.until(async () => (await world.operations().catch(() => [])).length > 0);
      const [operation] = await world.operations();
      await world.reached(operation?.id ?? "", "succeeded").catch(fleet.withLogs);
      await world.movedTo("green");
      const events = (await world.events()).filter(({ stream }) => stream === operation?.id);
      expect(events.every(({ late }) => late)).toBe(true);
      expect([...foldHistory(events).values()].every(({ step }) => step.state !== "due")).toBe(
        true,
      );
      expect(await world.operations()).toHaveLength(1);
      expect((await world.cli("audit", "verify")).status).toBe(0);
    },
    WITH_FLEET_MS,
  );

  test(
    "a forged job is refused, and the journal says so",
    async () => {
      const fleet = await open();
      const { world, redis } = fleet;
      await fleet.start();
      const connection = redis.connect();
      const queue = new Queue("step", { connection, prefix: "{greenlight}" });
      await queue.waitUntilReady();
      const job = { operation: "op-x", step: "promote", leg: "step", attempt: 1, epoch: 9 };
      await queue.add("step", { job, mac: "0".repeat(64) }, { jobId: "op-x-promote-1" });
      await fleet.until(async () =>
        (await world.events()).some(({ type }) => type === "job.refused"),
      );
      await queue.close();
      connection.disconnect();
    },
    WITH_FLEET_MS,
  );
});

describe("each of them", () => {
  test(
    "may start late: it says what it waits for, and begins when that is there",
    async () => {
      const fleet = await open();
      const { world, redis, postgres } = fleet;
      await redis.process.kill();
      await postgres.process.kill();
      const first = fleet.startPipeline(0);
      await fleet.until(() => first.err.includes("the database is waited for"));
      expect(await fleet.readiness(0)).toMatchObject({
        status: 503,
        json: expect.stringMatching(/^the database is waited for: GL_STORAGE_AWAY: .*ECONNREFUSED/),
      });
      await postgres.start();
      await ready(first);
      expect(await fleet.readiness(0)).toMatchObject({ status: 200 });
      await fleet.until(() => first.err.includes("the queue is waited for"));
      await fleet.answer();
      fleet.startProbes();
      await world.settled();
      await redis.start();
      await fleet.start();
      await world.panel.kill("blue");
      await movedOnce(fleet);
    },
    WITH_FLEET_MS,
  );

  test(
    "what people ask one API for the other one knows, and workers do it",
    async () => {
      const fleet = await open();
      const { world } = fleet;
      await fleet.start();
      const other = await fleet.secondApi();
      let id = "";
      // Green must have been well for a while before it is gone to.
      await fleet.until(async () => {
        id = await world.request("switchover").catch(() => "");
        return id !== "";
      });
      await world.reached(id, "succeeded").catch(fleet.withLogs);
      await world.movedTo("green");
      expect((await other.api(`/v1/operations/${id}`)).json.state).toBe("succeeded");
      expect((await world.operation(id)).by).not.toBe("decision");
    },
    WITH_FLEET_MS,
  );
});
