import { afterEach, expect, jest, test } from "@jest/globals";
import type { Carrier, Hearer } from "../../src/adapters/bus/carrier.ts";
import { LocalBus } from "../../src/adapters/bus/local-bus.ts";
import { BusRig, DEAD } from "../fakes/bus-rig.ts";
import { BUS_KEY } from "../fakes/bus-tools.ts";
import { eventually } from "../fakes/until.ts";
import { describeBus, listen } from "./bus.ts";

jest.setTimeout(30_000);

const rig = new BusRig();
const close = () => rig.close();

afterEach(close);

describeBus({
  name: "the bus within one process",
  open: async () => {
    const bus = new LocalBus();
    return { one: bus, other: bus };
  },
});

describeBus({ name: "the bus over HTTP", open: () => openBoth(), close });

describeBus({ name: "the bus whose first way is away", open: () => openBoth(DEAD), close });

test("what has come on two ways is heard once, also while the first way comes and goes", async () => {
  const ear = await rig.hear();
  const { first, now } = firstWay();
  const speaker = rig.busOf("speaker", undefined, { urls: [ear.url], first });
  const hearer = rig.busOf("hearer", ear, { urls: [ear.url], first });
  const heard = listen(hearer);
  for (const [i, there] of [true, false, false, true, true, false].entries()) {
    now.isThere = there;
    speaker.publish({ type: "hint", application: "shop", cluster: `${i}` });
    await eventually(() => heard.length > i, { withinMs: 5000 });
  }
  const clusters = heard.map((signal) => (signal.type === "hint" ? signal.cluster : ""));
  expect(clusters).toEqual(["0", "1", "2", "3", "4", "5"]);
  expect(rig.errors).toEqual([]);
});

test("who hears nothing by the first way, which takes all, soon hears all by the second", async () => {
  const [deaf, other] = [await rig.hear(), await rig.hear()];
  const { first } = firstWay();
  const urls = [deaf.url, other.url];
  const speaker = rig.busOf("speaker", undefined, { urls, first });
  const atOther = listen(rig.busOf("other", other, { urls, first }));
  const atDeaf = listen(
    rig.busOf("deaf", deaf, { urls, first: { ...DEAD, send: (text) => first.send(text) } }),
  );
  let said = 0;
  const say = () => {
    said += 1;
    speaker.publish({ type: "hint", application: "shop", cluster: `${said}` });
    return atDeaf.length > 1;
  };
  await eventually(say, { withinMs: 5000, everyMs: 20 });
  const missed = said - atDeaf.length;
  for (let i = 0; i < 10; i += 1) say();
  await eventually(() => atDeaf.length >= said - missed, { withinMs: 5000 });
  expect(atOther).toHaveLength(said);
});

test("who has no ear hears in the answers to what it tells, each text once, and only if it asks", async () => {
  const ear = await rig.hear();
  const worker = rig.busOf("worker", ear, { urls: [], first: DEAD });
  const probe = rig.busOf("probe", undefined, { urls: [ear.url], first: DEAD });
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
  const other = rig.busOf("other", await rig.hear(), { urls: [ear.url], first: DEAD });
  const unasked = listen(other);
  other.publish({ type: "hint", application: "shop", cluster: "other" });
  await eventually(() => atWorker.length === 6, { withinMs: 5000 });
  expect(unasked).toHaveLength(1);
});

test("what went out by the first way is at hand for who can't hear there", async () => {
  const ear = await rig.hear();
  const first = { ...DEAD, send: async () => undefined };
  const worker = rig.busOf("worker", ear, { urls: [], first });
  worker.publish({ type: "roll", asker: "one" });
  const probe = rig.busOf("probe", undefined, { urls: [ear.url], first: DEAD });
  const heard = listen(probe);
  probe.publish({ type: "hint", application: "shop", cluster: "blue" });
  await eventually(() => heard.some(({ type }) => type === "roll"), { withinMs: 5000 });
  expect(rig.errors).toEqual([]);
});

test("what can't be sent is told of; a signal that is too large, before it is sent", async () => {
  const bus = rig.busOf("one", undefined, { urls: ["http://127.0.0.1:1"] });
  const { errors } = rig;
  bus.publish({ type: "hint", application: "shop", cluster: "blue" });
  await eventually(() => errors.length > 0, { withinMs: 5000 });
  expect(errors[0]).toMatchObject({ code: "GL_UNREACHABLE" });
  expect(errors[0]?.message).toContain("ECONNREFUSED");
  expect(errors[0]?.message).not.toContain(BUS_KEY);
  bus.publish({ type: "hint", application: "x".repeat(20_000), cluster: "blue" });
  expect(errors[1]?.message).toContain("too large");
});

/** Brings what it takes to all who listen, while it is there. */
function firstWay(): { readonly first: Carrier; readonly now: { isThere: boolean } } {
  const listeners = new Set<Hearer>();
  const now = { isThere: true };
  const first: Carrier = {
    send: async (text) => {
      if (!now.isThere) throw new Error("away");
      for (const listener of listeners) listener(text);
    },
    receive: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
  };
  return { first, now };
}

async function openBoth(first?: Carrier) {
  const [one, other] = [await rig.hear(), await rig.hear()];
  return {
    one: rig.busOf("one", one, { urls: [other.url], ...(first && { first }) }),
    other: rig.busOf("other", other, { urls: [one.url], ...(first && { first }) }),
  };
}
