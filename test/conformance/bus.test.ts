import { Readable } from "node:stream";
import { afterEach, expect, jest, test } from "@jest/globals";
import { Agent, request } from "undici";
import { CarriedBus } from "../../src/adapters/bus/carried-bus.ts";
import { createFallbackCarrier } from "../../src/adapters/bus/fallback-bus.ts";
import { createHttpCarrier } from "../../src/adapters/bus/http-bus.ts";
import { LocalBus } from "../../src/adapters/bus/local-bus.ts";
import {
  type SignalListener,
  startSignalListener,
} from "../../src/adapters/bus/signal-listener.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { eventually } from "../fakes/until.ts";
import { describeBus, listen, SIGNALS } from "./bus.ts";

jest.setTimeout(30_000);

const clock = new SystemClock();
const token = "a token of the bus's tests";
const closers: (() => Promise<void>)[] = [];
let errors: Error[] = [];

afterEach(close);

describeBus({
  name: "the bus within one process",
  open: async () => {
    const bus = new LocalBus();
    return { one: bus, other: bus };
  },
});

describeBus({ name: "the bus over HTTP", open: openHttp, close });

describeBus({
  name: "the bus whose first way is away",
  open: async () => {
    const [one, other] = [await hear(), await hear()];
    return {
      one: busOf("one", one, [other.url], true),
      other: busOf("other", other, [one.url], true),
    };
  },
  close,
});

test("what has come on two ways is heard once, also while the first way comes and goes", async () => {
  const ear = await hear();
  const listeners = new Set<(text: string) => void>();
  let isThere = true;
  const first = {
    send: async (text: string) => {
      if (!isThere) throw new Error("away");
      for (const listener of listeners) listener(text);
    },
    receive: (listener: (text: string) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
  };
  const both = (listener?: SignalListener) =>
    createFallbackCarrier(first, createHttpCarrier({ clock, urls: [ear.url], token, listener }));
  const speaker = keep(new CarriedBus(both(), { sender: "speaker", onError: oops }));
  const hearer = keep(new CarriedBus(both(ear), { sender: "hearer", onError: oops }));
  const heard = listen(hearer);
  for (const [i, there] of [true, false, false, true, true, false].entries()) {
    isThere = there;
    speaker.publish({ type: "hint", application: "shop", cluster: `${i}` });
    await eventually(() => heard.length > i, { withinMs: 5000 });
  }
  const clusters = heard.map((signal) => (signal.type === "hint" ? signal.cluster : ""));
  expect(clusters).toEqual(["0", "1", "2", "3", "4", "5"]);
  expect(errors).toEqual([]);
});

test("a listener takes nothing without the token, from elsewhere or in any other manner", async () => {
  const ear = await hear();
  const heard: string[] = [];
  ear.receive((text) => heard.push(text));
  const statusOf = async (path: string, options: Parameters<typeof request>[1]) => {
    const dispatcher = new Agent();
    const { statusCode, body } = await request(`${ear.url}${path}`, { dispatcher, ...options });
    await body.dump();
    await dispatcher.close();
    return statusCode;
  };
  const good = { authorization: `Bearer ${token}` };
  const post = { method: "POST", body: "{}" } as const;
  expect(await statusOf("/signals", { ...post })).toBe(401);
  for (const bad of ["", "Bearer", "Bearer nothing", token, `Bearer ${token}x`, `bearer ${token}`])
    expect(await statusOf("/signals", { ...post, headers: { authorization: bad } })).toBe(401);
  expect(await statusOf("/", { ...post, headers: good })).toBe(404);
  expect(await statusOf("/signals", { method: "GET", headers: good })).toBe(405);
  const large = "x".repeat(16 * 1024 + 1);
  expect(await statusOf("/signals", { method: "POST", body: large, headers: good })).toBe(413);
  function inParts(): Readable {
    return Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(1024)));
  }
  const parts = statusOf("/signals", { method: "POST", body: inParts(), headers: good });
  expect(await parts.catch(() => 413)).toBe(413);
  expect(heard).toEqual([]);
  expect(await statusOf("/signals", { ...post, headers: good })).toBe(204);
  expect(heard).toEqual(["{}"]);
});

test("what is no signal is told of once, and nobody hears it", async () => {
  const ear = await hear();
  const bus = busOf("one", ear, []);
  const heard = listen(bus);
  const sender = createHttpCarrier({ clock, urls: [ear.url], token });
  closers.push(() => sender.close());
  const id = "somebody.1";
  const [observation] = SIGNALS;
  const wrong: readonly unknown[] = [
    {},
    null,
    { id, signal: { type: "order" } },
    { id, signal: { type: "hint", application: "shop" } },
    { id, signal: { type: "hint", application: "shop", cluster: "blue", more: 1 } },
    { id, signal: { type: "hint", application: "shop", cluster: 7 } },
    { id, signal: JSON.parse(JSON.stringify(observation).replace("250.25", "-1")) },
    { id, signal: JSON.parse(JSON.stringify(observation).replace('"timeout"', '"fine"')) },
    { id: "", signal: observation },
    { id, signal: { type: "visit", id, vantage: "east", visiting: { application: "shop" } } },
    { id, signal: visitOf({ times: 101 }) },
    { id, signal: visitOf({ url: "http://192.0.2.1/" }) },
    { id, signal: { type: "visited", id, vantage: "east", visits: [] } },
    { id, signal: { type: "visited", id, vantage: "east", visits: [{ whyNot: "" }] } },
  ];
  for (const one of wrong) await sender.send(JSON.stringify(one));
  await sender.send(JSON.stringify({ id, signal: observation }));
  await eventually(() => heard.length > 0, { withinMs: 5000 });
  expect(heard).toEqual([observation]);
  expect(errors).toHaveLength(wrong.length);
});

test("who has no ear hears in the answers to what it tells, each text once, and only if it asks", async () => {
  const ear = await hear();
  const worker = busOf("worker", ear, [], true);
  const probe = busOf("probe", undefined, [ear.url], true);
  const heard = listen(probe);
  const atWorker = listen(worker);
  const tell = (cluster: string) => probe.publish({ type: "hint", application: "shop", cluster });
  worker.publish({ type: "roll", asker: "one" });
  worker.publish({ type: "hint", application: "x".repeat(2_000), cluster: "blue" });
  tell("blue");
  const roll = { type: "roll", asker: "one" };
  await eventually(() => heard.some(({ type }) => type === "roll"), { withinMs: 5000 });
  worker.publish({ type: "roll", asker: "two" });
  tell("green");
  await eventually(() => heard.length === 4, { withinMs: 5000 });
  expect(heard.filter(({ type }) => type === "roll")).toEqual([roll, { ...roll, asker: "two" }]);
  expect(atWorker.filter(({ type }) => type === "hint")).toHaveLength(3);
  const other = busOf("other", await hear(), [ear.url], true);
  const unasked = listen(other);
  other.publish({ type: "hint", application: "shop", cluster: "other" });
  await eventually(() => atWorker.length === 6, { withinMs: 5000 });
  expect(unasked).toHaveLength(1);
});

test("what went out by the first way is at hand for who can't hear there", async () => {
  const ear = await hear();
  const first = {
    send: async () => undefined,
    receive: () => () => undefined,
    close: async () => undefined,
  };
  const http = createHttpCarrier({ clock, urls: [], token, listener: ear });
  const worker = keep(
    new CarriedBus(createFallbackCarrier(first, http), { sender: "worker", onError: oops }),
  );
  worker.publish({ type: "roll", asker: "one" });
  const probe = busOf("probe", undefined, [ear.url], true);
  const heard = listen(probe);
  probe.publish({ type: "hint", application: "shop", cluster: "blue" });
  await eventually(() => heard.some(({ type }) => type === "roll"), { withinMs: 5000 });
  expect(errors).toEqual([]);
});

test("what can't be sent is told of; a signal that is too large, before it is sent", async () => {
  const ear = await hear();
  await ear.close();
  closers.length = 0;
  const bus = busOf("one", undefined, [ear.url]);
  bus.publish({ type: "hint", application: "shop", cluster: "blue" });
  await eventually(() => errors.length > 0, { withinMs: 5000 });
  expect(errors[0]).toMatchObject({ code: "GL_UNREACHABLE" });
  expect(errors[0]?.message).toContain("ECONNREFUSED");
  expect(errors[0]?.message).not.toContain(token);
  bus.publish({ type: "hint", application: "x".repeat(20_000), cluster: "blue" });
  expect(errors[1]?.message).toContain("too large");
});

function visitOf(more: object) {
  const visiting = { application: "shop", times: 1, ...more };
  return { type: "visit", id: "one.1", vantage: "east", visiting };
}

async function openHttp() {
  const [one, other] = [await hear(), await hear()];
  return { one: busOf("one", one, [other.url]), other: busOf("other", other, [one.url]) };
}

function busOf(
  sender: string,
  listener: SignalListener | undefined,
  urls: readonly string[],
  withDeadFirst = false,
): CarriedBus {
  const http = createHttpCarrier({ clock, urls, token, listener });
  const dead = {
    send: () => Promise.reject(new Error("away")),
    receive: () => () => undefined,
    close: async () => undefined,
  };
  const carrier = withDeadFirst ? createFallbackCarrier(dead, http) : http;
  return keep(new CarriedBus(carrier, { sender, onError: oops }));
}

async function hear(): Promise<SignalListener> {
  const listener = await startSignalListener({ port: 0, token });
  closers.push(() => listener.close());
  return listener;
}

function keep(bus: CarriedBus): CarriedBus {
  closers.push(() => bus.close());
  return bus;
}

function oops(error: Error): void {
  errors.push(error);
}

async function close(): Promise<void> {
  errors = [];
  for (const end of closers.splice(0).toReversed()) await end();
}
