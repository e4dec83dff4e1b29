import { Readable } from "node:stream";
import { afterEach, expect, jest, test } from "@jest/globals";
import { Agent, request } from "undici";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { BusRig } from "../fakes/bus-rig.ts";
import { BUS_KEY, sealedText } from "../fakes/bus-tools.ts";
import { eventually } from "../fakes/until.ts";
import { listen, SIGNALS } from "./bus.ts";

jest.setTimeout(30_000);

const clock = new SystemClock();
const rig = new BusRig();
const HINT = { type: "hint", application: "shop", cluster: "blue" } as const;

afterEach(() => rig.close());

test("a listener takes nothing but what is sealed, from elsewhere or in any other manner", async () => {
  const ear = await rig.hear();
  const statusOf = async (path: string, options: Parameters<typeof request>[1]) => {
    const dispatcher = new Agent();
    const { statusCode, body } = await request(`${ear.url}${path}`, { dispatcher, ...options });
    await body.dump();
    await dispatcher.close();
    return statusCode;
  };
  const statusOfText = (body: string) => statusOf("/signals", { method: "POST", body });
  const sent = { sender: "somebody", number: 1, at: clock.wallMs(), signal: HINT };
  const good = sealedText(sent);
  // There is nobody to whom it could be told.
  expect(await statusOfText(good)).toBe(503);
  const bus = rig.busOf("one", ear, { urls: [] });
  const heard = listen(bus);
  bus.publish({ type: "roll", asker: "one" });
  for (const bad of ["", "{}", "[]", JSON.stringify(sent), sealedText(sent, `${BUS_KEY}x`)])
    expect(await statusOfText(bad)).toBe(401);
  expect(await statusOfText(good.replace("blue", "gold"))).toBe(401);
  for (const apartMs of [-60_000, 60_000])
    expect(await statusOfText(sealedText({ ...sent, at: sent.at + apartMs }))).toBe(401);
  expect(rig.refused).toHaveLength(8);
  expect(rig.refused.at(-1)).toMatch(/^somebody sealed it \d+ ms ahead: /);
  expect(await statusOf("/", { method: "POST", body: good })).toBe(404);
  expect(await statusOf("/signals", { method: "GET" })).toBe(405);
  const large = "x".repeat(16 * 1024 + 1);
  expect(await statusOfText(large)).toBe(413);
  function inParts(): Readable {
    return Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(1024)));
  }
  const parts = statusOf("/signals", { method: "POST", body: inParts() });
  expect(await parts.catch(() => 413)).toBe(413);
  expect(heard).toHaveLength(1);
  expect(await statusOfText(good)).toBe(200);
  expect(heard.at(-1)).toEqual(HINT);
});

test("a signal that somebody sends again is heard once", async () => {
  const ear = await rig.hear();
  const heard = listen(rig.busOf("one", ear, { urls: [] }));
  const sender = rig.speakerTo(ear.url);
  const at = clock.wallMs();
  const texts = [1, 3, 2].map((number) => sealedText({ sender: "a", number, at, signal: HINT }));
  const ofOther = sealedText({ sender: "b", number: 3, at, signal: HINT });
  for (const text of [...texts, ...texts, ofOther, ofOther]) await sender.send(text);
  expect(heard).toHaveLength(4);
  const again = sealedText({ sender: "a", number: 4, at: at - 60_000, signal: HINT });
  await expect(sender.send(again)).rejects.toThrow("401");
  expect(rig.refused).toHaveLength(1);
});

test("what is no signal is told of once, and nobody hears it", async () => {
  const ear = await rig.hear();
  const bus = rig.busOf("one", ear, { urls: [] });
  const heard = listen(bus);
  const sender = rig.speakerTo(ear.url);
  const id = "somebody.1";
  const sent = { sender: "somebody", number: 1, at: clock.wallMs() };
  const [observation] = SIGNALS;
  const wrong: readonly unknown[] = [
    { type: "order" },
    { type: "hint", application: "shop" },
    { type: "hint", application: "shop", cluster: "blue", more: 1 },
    { type: "hint", application: "shop", cluster: 7 },
    JSON.parse(JSON.stringify(observation).replace("250.25", "-1")),
    JSON.parse(JSON.stringify(observation).replace('"timeout"', '"fine"')),
    { type: "visit", id, vantage: "east", visiting: { application: "shop" } },
    visitOf({ times: 101 }),
    visitOf({ url: "http://192.0.2.1/" }),
    { type: "visited", id, vantage: "east", visits: [] },
    { type: "visited", id, vantage: "east", visits: [{ whyNot: "" }] },
  ];
  const texts = [
    "",
    "null",
    JSON.stringify({ ...sent, sender: "", signal: observation }),
    JSON.stringify({ ...sent, number: 0, signal: observation }),
    ...wrong.map((signal) => JSON.stringify({ ...sent, signal })),
  ];
  for (const text of texts) await sender.send(sealedText(text));
  await sender.send(sealedText(JSON.stringify({ ...sent, signal: observation })));
  await eventually(() => heard.length > 0, { withinMs: 5000 });
  expect(heard).toEqual([observation]);
  expect(rig.errors).toHaveLength(texts.length);
  expect(rig.refused).toEqual([]);
});

function visitOf(more: object) {
  const visiting = { application: "shop", times: 1, ...more };
  return { type: "visit", id: "one.1", vantage: "east", visiting };
}
