import { expect, test } from "@jest/globals";
import { encodeAddress } from "../../../../src/adapters/dns-message/record-data.ts";
import { Resolver } from "../../../../src/cli/demo/resolver.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";

const { signal } = new AbortController();
const server = { host: "127.0.0.1", port: 5353, text: "127.0.0.1:5353" };
const name = "shop.sandbox.test";

function create(address: { now: string }) {
  const clock = new VirtualClock();
  let asked = 0;
  const resolver = new Resolver({
    name,
    server,
    clock,
    dns: {
      ask: async () => {
        asked += 1;
        await clock.sleep(2, signal);
        if (address.now === "") return [];
        const data = encodeAddress(address.now);
        return [{ name, type: 1, class: 1, ttlSeconds: 1, data }];
      },
      update: () => Promise.reject(new Error("nobody changes anything here")),
    },
  });
  return { clock, resolver, asked: () => asked };
}

test("an answer is kept for its TTL, from when it was asked for", async () => {
  const address = { now: "127.0.0.2" };
  const { clock, resolver, asked } = create(address);
  await clock.run(async () => {
    expect(await resolver.resolve(signal)).toBe("127.0.0.2");
    address.now = "127.0.0.3";
    await clock.sleep(997, signal);
    expect(await resolver.resolve(signal)).toBe("127.0.0.2");
    await clock.sleep(1, signal);
    expect(await resolver.resolve(signal)).toBe("127.0.0.3");
  });
  expect(asked()).toBe(2);
});

test("many questions at once are one", async () => {
  const { clock, resolver, asked } = create({ now: "127.0.0.2" });
  const answers = await clock.run(() =>
    Promise.all([resolver.resolve(signal), resolver.resolve(signal)]),
  );
  expect([answers, asked()]).toEqual([["127.0.0.2", "127.0.0.2"], 1]);
});

test("a failure is not kept", async () => {
  const address = { now: "" };
  const { clock, resolver } = create(address);
  await expect(clock.run(() => resolver.resolve(signal))).rejects.toMatchObject({
    code: "GL_NOT_FOUND",
  });
  address.now = "127.0.0.3";
  expect(await clock.run(() => resolver.resolve(signal))).toBe("127.0.0.3");
});
