import { expect, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createLog } from "../../src/adapters/log/log.ts";
import { cacheDirectory } from "../../src/runtime/cache-directory.ts";
import { loadConfig } from "../../src/runtime/config-file.ts";
import { wire } from "../../src/runtime/wire.ts";
import { eventually } from "../fakes/until.ts";
import { OF_A_WORLD_MS, openWorld } from "./world.ts";
import { BY_HAND } from "./world-file.ts";

const SOON = { withinMs: 20_000, everyMs: 40 };

test(
  "with the queue paused nothing moves, and it goes on where it was",
  async () => {
    const world = await openWorld({ config: BY_HAND });
    const stop = new AbortController();
    const config = await loadConfig(world.description.config, {});
    const { control, queue, done } = await wire(config, {
      clock: new SystemClock(),
      log: createLog({ level: "error", format: "json" }),
      signal: stop.signal,
      cacheDirectory: cacheDirectory(),
      onTold: () => undefined,
    });
    try {
      await eventually(async () => {
        const { clusters, primary } = await control.application("shop");
        return primary === "blue" && clusters.every(({ verdict }) => verdict === "healthy");
      }, SOON);
      const request = { application: "shop", kind: "failover", by: "test", reason: "because" };
      await queue.pause();
      const opening = { ...request, idempotencyKey: "1" };
      await eventually(
        () =>
          control.open(opening).then(
            () => true,
            () => false,
          ),
        SOON,
      );
      const { operation: id } = await control.open(opening);
      await world.panel.calls(6, { part: "store", cluster: "green" });
      const { state, events } = await control.operation(id);
      expect(state).toBe("running");
      expect(events.map(({ type }) => type)).toEqual(["operation.opened"]);
      expect(await world.kube.replicas("green")).toBe(0);
      await queue.resume();
      await eventually(async () => (await control.operation(id)).state === "succeeded", SOON);
      expect((await world.zone()).addresses).toEqual(["127.0.0.3"]);
    } finally {
      stop.abort(new Error("the test is over"));
      await done;
      await world.close();
    }
  },
  OF_A_WORLD_MS,
);
