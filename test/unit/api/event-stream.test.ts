import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import type { Fact } from "../../../src/domain/event.ts";
import { Feed } from "../../../src/engine/feed.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { PLAN } from "../../fakes/operation-story.ts";
import { RawStream } from "../../fakes/raw-stream.ts";
import { eventually } from "../../fakes/until.ts";

const SOON = { withinMs: 10_000, everyMs: 10 };
let api: TestApi;
let journal: MemoryJournal;
let feed: Feed;
let open: RawStream[];

beforeEach(async () => {
  api = await startTestApi();
  journal = new MemoryJournal();
  feed = new Feed({ clock: new SystemClock(), journal });
  open = [];
  api.control.follow = (after, options) => feed.follow(after, options);
});

afterEach(async () => {
  for (const stream of open) stream.cut();
  await api.close().catch(() => undefined);
});

const listen = (path: string, headers: Readonly<Record<string, string>> = {}) => {
  const authorization = `Bearer ${api.viewer}`;
  const accept = "text/event-stream";
  const stream = new RawStream(api.url + path, { authorization, accept, ...headers });
  open.push(stream);
  return stream;
};
const append = async (fact: Fact, stream: string) => {
  await journal.append({ ...fact, stream, epoch: 0, at: 0 });
  feed.ring();
};
const note = async (count: number, stream = "application-shop", by = "alice") => {
  for (let i = 0; i < count; i += 1) await append({ type: "application.unpaused", by }, stream);
};
const begin = () =>
  append(
    { type: "operation.opened", plan: PLAN, planHash: "", by: "x", reason: "", cause: null },
    PLAN.id,
  );
const end = () => append({ type: "operation.ended", outcome: "succeeded" }, PLAN.id);

test("a stream is what it says it is, and only for who may look", async () => {
  await note(2);
  const stream = listen("/v1/events");
  await eventually(() => stream.events.length === 2, SOON);
  expect(stream.head).toMatch(/^HTTP\/1\.1 200/);
  expect(stream.head).toMatch(/content-type: text\/event-stream/i);
  expect(stream.head).toMatch(/cache-control: no-store/i);
  expect(stream.body).toMatch(/^retry: \d+\n\nid: 1\ndata: \{"at".*\}\n\n/);
  const nobody = listen("/v1/events", { authorization: "Bearer no" });
  await eventually(() => nobody.status === 401, SOON);
  const wrong = listen("/v1/events", { "last-event-id": "x; drop" });
  await eventually(() => wrong.status === 400, SOON);
});

test("cut anywhere and resumed, again and again: nothing is lost and nothing doubled", async () => {
  const seen: number[] = [];
  let stream = listen("/v1/events");
  for (let round = 0; round < 12; round += 1) {
    await note(7);
    const enough = stream;
    await eventually(() => enough.events.length >= 1 + (round % 5), SOON);
    stream.cut();
    seen.push(...stream.events.map(({ id }) => id));
    stream = listen("/v1/events", { "last-event-id": String(seen.at(-1)) });
  }
  await eventually(() => seen.length + stream.events.length >= 84, SOON);
  seen.push(...stream.events.map(({ id }) => id));
  expect(seen).toEqual(Array.from({ length: 84 }, (_, i) => i + 1));
});

test("an operation's stream has its own events, ends with its end, and is not come back to", async () => {
  await note(3);
  await begin();
  const stream = listen(`/v1/operations/${PLAN.id}/events`);
  await eventually(() => stream.events.length === 1, SOON);
  await note(3);
  await note(1, PLAN.id);
  await end();
  await eventually(() => stream.isClosed, SOON);
  expect(stream.events.map(({ data }) => data.type)).toEqual([
    "operation.opened",
    "application.unpaused",
    "operation.ended",
  ]);
  const last = String(stream.events.at(-1)?.id);
  const again = listen(`/v1/operations/${PLAN.id}/events`, { "last-event-id": last });
  await eventually(() => again.status === 204, SOON);
  const rest = listen(`/v1/operations/${PLAN.id}/events?after=4`);
  await eventually(() => rest.isClosed, SOON);
  expect(rest.events).toEqual(stream.events.slice(1));
  const none = listen("/v1/operations/none/events");
  await eventually(() => none.status === 404, SOON);
});

test("while nothing comes it says so, so that nobody takes it for dead", async () => {
  api.control.follow = (after, options) => feed.follow(after, { ...options, idleMs: 30 });
  const stream = listen("/v1/events");
  await eventually(() => stream.comments > 2, SOON);
  expect(stream.events).toEqual([]);
});

test("a client that does not read is not waited for and costs no memory, and gets all in the end", async () => {
  let handedOut = 0;
  api.control.follow = async function* (after, options) {
    for await (const one of feed.follow(after, options)) {
      handedOut += 1;
      yield one;
    }
  };
  const slow = listen("/v1/events");
  await eventually(() => slow.status === 200, SOON);
  slow.stall();
  const count = 20_000;
  await note(count, "application-shop", "x".repeat(2_000));
  const quick = listen("/v1/events", { "last-event-id": String(count - 10) });
  await eventually(() => quick.events.length === 10, SOON);
  // What the sockets between hold, and no more.
  expect(handedOut).toBeLessThan(count / 2);
  slow.read();
  await eventually(() => slow.body.includes(`id: ${count}\n`), { withinMs: 60_000, everyMs: 200 });
  expect(slow.events.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
}, 90_000);

test("a server that stops ends every stream, also of a client that does not read", async () => {
  const stream = listen("/v1/events");
  const stuck = listen("/v1/events");
  await eventually(() => stream.status === 200 && stuck.status === 200, SOON);
  stuck.stall();
  await note(10_000, "application-shop", "x".repeat(2_000));
  await eventually(() => stream.events.length > 0, SOON);
  await api.close();
  await eventually(() => stream.isClosed, SOON);
  expect(api.log.filter((line) => line.includes('"error"'))).toEqual([]);
}, 30_000);

test("clients that hang up leave no error behind, and make room for others", async () => {
  for (let round = 0; round < 3; round += 1) {
    const streams = Array.from({ length: 100 }, () => listen("/v1/events"));
    await eventually(() => streams.every(({ status }) => status === 200), SOON);
    const one = listen("/v1/events");
    await eventually(() => one.status === 503, SOON);
    for (const stream of streams) stream.cut();
    await eventually(async () => {
      const next = listen("/v1/events");
      await eventually(() => next.status > 0 || next.isClosed, SOON);
      next.cut();
      return next.status === 200 && next.body.includes("retry");
    }, SOON);
  }
  expect(api.log.filter((line) => line.includes('"error"'))).toEqual([]);
}, 60_000);
