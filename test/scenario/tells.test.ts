import { expect, test } from "@jest/globals";
import { RawStream } from "../fakes/raw-stream.ts";
import { eventually } from "../fakes/until.ts";
import { OF_A_WORLD_MS, openSettledWorld } from "./world.ts";

const SOON = { withinMs: 20_000, everyMs: 20 };

test(
  "an outage and a restart after it: each thing is told once, and streamed once to who comes back",
  async () => {
    const world = await openSettledWorld();
    try {
      const listen = (last?: number) =>
        new RawStream(`${world.url}/v1/events`, {
          authorization: `Bearer ${world.description.token}`,
          accept: "text/event-stream",
          ...(last !== undefined && { "last-event-id": String(last) }),
        });
      const first = listen();
      await eventually(() => first.events.length > 0, SOON);
      await world.panel.kill("blue");
      const id = await world.opened();
      first.cut();
      const seen = [...first.events];
      await world.reached(id, "succeeded");
      await world.told(/succeeded/);

      const stuck = listen();
      await eventually(() => stuck.status === 200, SOON);
      stuck.stall();
      const second = listen(seen.at(-1)?.id);
      await eventually(
        () => second.events.some(({ data }) => data.type === "operation.ended"),
        SOON,
      );
      world.serve.child.signal("SIGTERM");
      expect(await world.serve.child.exited({ withinMs: 10_000 })).toBe(0);
      seen.push(...second.events);
      stuck.cut();

      await world.start();
      const third = listen(seen.at(-1)?.id);
      const whole = await world.events();
      const count = () => seen.length + third.events.length;
      await eventually(() => count() >= whole.length, SOON);
      const names = [...seen, ...third.events].map(({ data }) => `${data.stream} ${data.seq}`);
      expect(new Set(names).size).toBe(names.length);
      third.cut();

      await eventually(() => world.inbox.messages.length > 0, SOON);
      const titles = world.inbox.messages.map(({ title }) => title);
      const once = [
        /blue is suspected/,
        /it moves/,
        /began/,
        /owes the fence of blue/,
        /succeeded/,
      ];
      expect(once.map((title) => titles.filter((one) => title.test(one)).length)).toEqual(
        once.map(() => 1),
      );
      const ids = world.inbox.messages.map((message) => message.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(world.inbox.forged).toEqual([]);
      const metrics = (await world.serve.api("/metrics")).json;
      expect(metrics).not.toMatch(/greenlight_messages_total\{.*result="lost"\} [1-9]/);
    } finally {
      await world.close();
    }
  },
  OF_A_WORLD_MS,
);
