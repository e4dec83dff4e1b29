import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { MAX_TEXT_BYTES } from "../../src/adapters/bus/carrier.ts";
import { createRedisCarrier } from "../../src/adapters/bus/redis-bus.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import { BusRig } from "../fakes/bus-rig.ts";
import { sealedText } from "../fakes/bus-tools.ts";
import { eventually } from "../fakes/until.ts";
import { type RedisServer, startCluster, startRedis, startSentinel } from "../servers/redis.ts";
import { describeBus, heardAcross, listen, SIGNALS } from "./bus.ts";

jest.setTimeout(60_000);

const clock = new SystemClock();
const closers: (() => Promise<void>)[] = [];
const rig = new BusRig();

afterEach(close);

describe("Redis", () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(() => server.close());

  const open = async () => ends(server.place);

  describeBus({ name: "the bus on Redis", open, close });

  test("a Redis that is killed and comes back carries again by itself", async () => {
    const { one, other } = await open();
    const heard = listen(other);
    await heardAcross(one, other);
    await server.process.kill();
    one.publish({ type: "hint", application: "shop", cluster: "lost" });
    await eventually(() => rig.errors.length > 0, { withinMs: 5000 });
    await server.start();
    await heardAcross(one, other);
    expect(JSON.stringify(heard)).not.toContain('"lost"');
  });

  test("a bus that is opened while Redis is away carries once it is there", async () => {
    await server.process.kill();
    const { one, other } = await open();
    one.publish({ type: "hint", application: "shop", cluster: "lost" });
    await server.start();
    await heardAcross(one, other);
  });

  test("what somebody publishes who has no key is refused, and so is what he overheard", async () => {
    const { one, other } = await open();
    await heardAcross(one, other);
    const overheard: string[] = [];
    const spy = redisOf(server.place);
    spy.receive((text) => {
      overheard.push(text);
      return "known";
    });
    closers.push(() => spy.close());
    const heard = listen(one);
    const [signal] = SIGNALS;
    if (!signal) throw new Error("there is no signal");
    let said = 0;
    const realOnes = () => overheard.filter((text) => text.includes("timeout"));
    const isOverheard = () => {
      said += 1;
      other.publish(signal);
      return realOnes().length > 0;
    };
    await eventually(isOverheard, { withinMs: 5000 });
    await eventually(() => heard.length === said, { withinMs: 5000 });
    const [real = ""] = realOnes();
    rig.errors.length = 0;
    rig.refused.length = 0;
    const sent = { sender: "somebody", number: 1, at: clock.wallMs(), signal };
    const forged = [
      "",
      "{",
      "[]",
      JSON.stringify({ id: "somebody.1", signal }),
      `${sealedText(sent)}${" ".repeat(MAX_TEXT_BYTES)}`,
      sealedText(sent, "a key that somebody made up"),
      real.replace("timeout", "refused"),
      sealedText({ ...sent, at: clock.wallMs() - 60_000 }),
    ];
    for (const text of forged) await publish(server, text);
    await publish(server, real);
    await publish(server, sealedText(sent));
    await eventually(() => heard.length > said, { withinMs: 5000 });
    expect(heard).toHaveLength(said + 1);
    // Both ends were told all of it.
    expect(rig.refused).toHaveLength(2 * forged.length);
    expect(rig.errors).toEqual([]);
  });

  test("who may not subscribe hears as soon as he may", async () => {
    const { one } = await open();
    const rights = ["on", ">secret", "~*", "allchannels", "+@all"];
    await server.ask("ACL", "SETUSER", "deaf", ...rights, "-subscribe");
    const said: string[] = [];
    const deaf = createRedisCarrier(
      { ...server.place, username: "deaf", password: "secret" },
      { clock, onError: ({ message }) => said.push(message) },
    );
    const other = rig.carriedBy(deaf, "deaf");
    await eventually(() => said.some((why) => why.includes("NOPERM")), { withinMs: 5000 });
    await server.ask("ACL", "SETUSER", "deaf", "+subscribe");
    await heardAcross(one, other);
    // It gets its subscription back also where that was lost, and refused at first.
    await server.ask("ACL", "SETUSER", "deaf", "-subscribe");
    await server.ask("CLIENT", "KILL", "USER", "deaf");
    const { length } = said;
    await eventually(() => said.slice(length).some((why) => why.includes("NOPERM")), {
      withinMs: 10_000,
    });
    await server.ask("ACL", "SETUSER", "deaf", "+subscribe");
    await heardAcross(one, other);
  });

  test("what nobody listens to at the Redis did not go out by it", async () => {
    const rights = ["on", ">secret", "~*", "allchannels", "+@all"];
    await server.ask("ACL", "SETUSER", "dumb", ...rights, "-subscribe");
    const place = { ...server.place, username: "dumb", password: "secret" };
    const alone = redisOf(place);
    closers.push(() => alone.close());
    let why = "";
    const isAlone = async () => {
      why = await alone.send("{}").then(
        () => "it went out",
        (error: Error) => error.message,
      );
      return why.includes("nobody listens");
    };
    await eventually(isAlone, { withinMs: 5000 }).catch(() => undefined);
    expect(why).toContain("nobody listens");
  });

  test("while Redis is killed or hangs signals go by HTTP, each heard once", async () => {
    const [here, there] = [await rig.hear(), await rig.hear()];
    const [first, second] = [redisOf(server.place), redisOf(server.place)];
    const one = rig.busOf("one", here, { urls: [there.url], first });
    const other = rig.busOf("other", there, { urls: [here.url], first: second });
    const heard = listen(other);
    let n = 0;
    const tell = async () => {
      n += 1;
      const cluster = `n${n}`;
      one.publish({ type: "hint", application: "shop", cluster });
      await eventually(() => JSON.stringify(heard).includes(`"${cluster}"`), { withinMs: 2000 });
    };
    await heardAcross(one, other);
    await tell();
    server.process.hang();
    for (let i = 0; i < 5; i += 1) await tell();
    server.process.wake();
    await server.process.kill();
    for (let i = 0; i < 5; i += 1) await tell();
    await server.start();
    await heardAcross(one, other);
    for (let i = 0; i < 5; i += 1) await tell();
    const told = heard.flatMap((signal) =>
      signal.type === "hint" && signal.application === "shop" ? [signal.cluster] : [],
    );
    expect(told).toEqual(Array.from({ length: n }, (_, i) => `n${i + 1}`));
  });
});

describe("Redis with a sentinel", () => {
  let servers: Awaited<ReturnType<typeof startSentinel>>;

  beforeAll(async () => {
    servers = await startSentinel();
  });

  afterAll(() => servers.close());

  const open = async () => ends(servers.place);

  describeBus({ name: "the bus on Redis with a sentinel", open, close });

  test("when the primary dies the bus goes on with the replica", async () => {
    const { one, other } = await open();
    await heardAcross(one, other);
    await servers.primary.process.kill();
    await heardAcross(one, other);
  });
});

describe("a Redis cluster", () => {
  let servers: Awaited<ReturnType<typeof startCluster>>;

  beforeAll(async () => {
    servers = await startCluster();
  });

  afterAll(() => servers.close());

  describeBus({ name: "the bus on a Redis cluster", open: async () => ends(servers.place), close });
});

function ends(place: RedisPlace) {
  return {
    one: rig.carriedBy(redisOf(place), "one"),
    other: rig.carriedBy(redisOf(place), "other"),
  };
}

function redisOf(place: RedisPlace) {
  return createRedisCarrier(place, { clock, onError: () => undefined });
}

async function publish(server: RedisServer, text: string): Promise<void> {
  await server.ask("PUBLISH", "{greenlight}:signal", text);
}

async function close(): Promise<void> {
  await rig.close();
  for (const end of closers.splice(0).toReversed()) await end();
}
