import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createChance } from "../../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { createDeframer, frame } from "../../../src/adapters/dns-message/frame.ts";
import {
  CLASS,
  decodeMessage,
  encodeMessage,
  OPCODE,
  TYPE,
} from "../../../src/adapters/dns-message/message.ts";
import { CallLog } from "../../../src/sandbox/call-log.ts";
import { DnsFront } from "../../../src/sandbox/dns-front.ts";
import { Faults } from "../../../src/sandbox/faults.ts";
import { findFreePort } from "../../../src/sandbox/free-port.ts";
import { Holds } from "../../../src/sandbox/holds.ts";
import { eventually } from "../../fakes/until.ts";

const clock = new SystemClock();
const chance = createChance(clock);
const host = "127.0.0.1";
const never = new AbortController().signal;
const dns = { part: "dns" } as const;
let faults: Faults;
let holds: Holds;
let front: DnsFront;
let port: number;
let asked: string[];

beforeEach(async () => {
  asked = [];
  faults = new Faults({});
  holds = new Holds();
  port = await findFreePort([host], chance);
  const answer = (message: Buffer, via: string) => {
    asked.push(via);
    return encodeMessage({ ...decodeMessage(message), response: true });
  };
  const shared = { faults, holds, clock, chance, calls: new CallLog() };
  front = new DnsFront({ answer }, { address: { host, port }, place: dns, ...shared });
  await front.open();
});

afterEach(() => front.close());

function message(opcode: number): Buffer {
  const question = { name: "shop.sandbox.test", type: TYPE.a, class: CLASS.in };
  const flags = {
    response: false,
    authoritative: false,
    truncated: false,
    recursionDesired: false,
  };
  const none = { answers: [], authorities: [], additionals: [] };
  return encodeMessage({ id: 7, opcode, rcode: 0, ...flags, ...none, questions: [question] });
}

/** What became of one datagram, in order: `rcode 0`, or an error's code. */
async function askUdp(from = "127.0.0.1", opcode: number = OPCODE.query) {
  const seen: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (bytes) => seen.push(`rcode ${decodeMessage(bytes).rcode}`));
  socket.on("error", (error) => seen.push(String((error as { code?: string }).code)));
  await new Promise<void>((resolve) => socket.bind(0, from, resolve));
  await new Promise<void>((resolve) => socket.connect(port, host, resolve));
  socket.send(message(opcode));
  return { seen, close: () => socket.close() };
}

/** The same over a connection; by its return that is made, or refused. */
async function askTcp(opcode: number = OPCODE.query) {
  const seen: string[] = [];
  const socket = connect({ host, port });
  socket.on(
    "data",
    createDeframer((bytes) => seen.push(`rcode ${decodeMessage(bytes).rcode}`)),
  );
  socket.on("error", (error) => seen.push(String((error as { code?: string }).code)));
  socket.on("close", () => seen.push("closed"));
  socket.write(frame(message(opcode)));
  await new Promise<void>((resolve) => socket.once("connect", resolve).once("close", resolve));
  return { seen, close: () => socket.destroy() };
}

async function expectSeen(
  { seen, close }: { seen: string[]; close: () => void },
  ...what: string[]
) {
  await eventually(() => seen.length >= what.length, { withinMs: 2_000 });
  expect(seen).toEqual(what);
  close();
}

test("both ways are answered", async () => {
  await expectSeen(await askUdp(), "rcode 0");
  await expectSeen(await askTcp(), "rcode 0");
  expect(asked).toEqual(["udp", "tcp"]);
});

test("kill refuses both ways, healed both answer again", async () => {
  await faults.add({ kind: "kill", ...dns });
  await expectSeen(await askUdp(), "ECONNREFUSED");
  await expectSeen(await askTcp(), "ECONNREFUSED", "closed");
  await faults.remove();
  await expectSeen(await askUdp(), "rcode 0");
  await expectSeen(await askTcp(), "rcode 0");
});

test("hang answers when it wakes up", async () => {
  await faults.add({ kind: "hang", ...dns });
  const both = [await askUdp(), await askTcp()];
  expect(both.map(({ seen }) => seen)).toEqual([[], []]);
  expect(asked).toEqual([]);
  await faults.remove();
  for (const one of both) await expectSeen(one, "rcode 0");
});

test("slow answers later, a partition never to those it cuts", async () => {
  await faults.add({ kind: "slow", ms: 20, ...dns });
  await faults.add({ kind: "partition", from: ["127.0.0.11"], ...dns });
  const cut = await askUdp("127.0.0.11");
  await expectSeen(await askUdp("127.0.0.12"), "rcode 0");
  expect(cut.seen).toEqual([]);
  expect(asked).toEqual(["udp"]);
  cut.close();
});

test("an error rate of one is SERVFAIL", async () => {
  await faults.add({ kind: "error-rate", fraction: 1, ...dns });
  await expectSeen(await askUdp(), "rcode 2");
  expect(asked).toEqual([]);
});

test.each(["udp", "tcp"] as const)("an update over %s is held before and after", async (via) => {
  const ask = async () =>
    via === "udp" ? await askUdp(host, OPCODE.update) : await askTcp(OPCODE.update);
  for (const when of ["before", "after"] as const) {
    asked = [];
    const { id } = holds.add({ ...dns, verb: "update", path: "shop.", when, skip: 0 });
    await expectSeen(await askUdp(), "rcode 0");
    const update = await ask();
    expect((await holds.untilHeld(id, never))?.call?.verb).toBe("update");
    expect(asked).toHaveLength(when === "before" ? 1 : 2);
    expect(update.seen).toEqual([]);
    holds.release(id, "pass");
    await expectSeen(update, "rcode 0");
  }
});

test("an update that is dropped, or whose client is gone, never takes effect", async () => {
  const first = holds.add({ ...dns, verb: "update", when: "before", skip: 0 });
  const datagram = await askUdp(host, OPCODE.update);
  await holds.untilHeld(first.id, never);
  holds.release(first.id, "drop");
  const second = holds.add({ ...dns, verb: "update", when: "before", skip: 0 });
  const stream = await askTcp(OPCODE.update);
  await holds.untilHeld(second.id, never);
  stream.close();
  await eventually(() => holds.find(second.id)?.isClientGone === true, { withinMs: 2_000 });
  holds.release(second.id, "pass");
  await expectSeen(await askTcp(), "rcode 0");
  expect([datagram.seen, asked]).toEqual([[], ["tcp"]]);
  datagram.close();
});
