import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Client } from "pg";
import { Agent } from "undici";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createCallHttp } from "../../src/adapters/http/http-call.ts";
import type { DataStatus } from "../../src/domain/data-status.ts";
import type { Data } from "../../src/drivers/data/data.ts";
import { createData } from "../../src/drivers/data/registry.ts";
import type { Driver } from "../../src/engine/ports/driver.ts";
import { eventually } from "../fakes/until.ts";
import { PASSWORD, type PostgresPair, PostgresTemplate } from "../servers/postgres-pair.ts";
import { openPostgresWire, type PostgresWire } from "../servers/postgres-wire.ts";

const agent = new Agent();
const clock = new SystemClock();
const { signal } = new AbortController();
const tools = { clock, call: createCallHttp(agent, clock), secret: PASSWORD };
let template: PostgresTemplate;
let pair: PostgresPair;
/** Between the standby and its primary. */
let link: PostgresWire;
let blue: Driver<Data, DataStatus>;
let green: Driver<Data, DataStatus>;

beforeAll(async () => {
  template = await PostgresTemplate.create();
}, 60_000);

beforeEach(async () => {
  pair = await template.start(async (port) => {
    link = await openPostgresWire(port);
    return link.port;
  });
  const config = {
    driver: "postgres",
    hosts: { blue: pair.primary.address, green: pair.standby.address },
    database: "shop",
    user: "greenlight",
    tls: "off",
    writes: "select count(*) from public.orders",
  } as const;
  blue = createData(config, "blue", tools);
  green = createData(config, "green", tools);
  await follows();
}, 30_000);

afterEach(async () => {
  await pair.close();
  await link.close();
});

afterAll(async () => {
  await template.close();
  await agent.destroy();
});

const look = (driver: Driver<Data, DataStatus>) => driver.observe(signal);
const apply = (driver: Driver<Data, DataStatus>, role: Data["role"], sequence: number, epoch = 5) =>
  driver.apply({ role }, { epoch, sequence, signal });
const order = (id: string) => pair.primary.sql(`insert into orders values ('${id}')`);
const orders = async (server = pair.standby) => (await server.sql("select id from orders")).length;
/** What green says, once that holds of it. */
async function once(holds: (status: DataStatus) => boolean, withinMs = 10_000) {
  let seen = await look(green);
  await eventually(
    async () => {
      seen = await look(green);
      return holds(seen);
    },
    { withinMs, everyMs: 20 },
  );
  return seen;
}
/** Blue beats, and green has taken the beat. */
async function follows() {
  const { heartbeatAt } = await look(blue);
  return await once(
    (seen) => seen.linkUp === true && (seen.heartbeatAt ?? 0) >= (heartbeatAt ?? 0),
  );
}

test("a standby that follows has no lag, and gets to every position of its primary", async () => {
  await order("one");
  const primary = await look(blue);
  expect(primary).toMatchObject({
    role: "primary",
    linkUp: null,
    lagMs: null,
    confidence: "proven",
    engine: "postgresql-15",
    writes: 1,
    reasons: [],
  });
  const standby = await once(({ position }) => position >= primary.position);
  expect(standby).toMatchObject({
    role: "standby",
    linkUp: true,
    confidence: "estimated",
    writes: 1,
    heartbeatAt: primary.heartbeatAt,
    reasons: ["only the standby was asked"],
  });
  expect((await once(({ lagMs }) => lagMs === 0)).lagMs).toBe(0);
});

test("of a receiver that was cut the lag is unknown, not 0, and the heartbeat grows old", async () => {
  const { heartbeatAt } = await follows();
  link.cut();
  await eventually(async () => (await look(blue)).heartbeatAt !== heartbeatAt, { withinMs: 5_000 });
  await order("lost");
  const [primary, standby] = [await look(blue), await once(({ linkUp }) => linkUp === false)];
  expect(standby).toMatchObject({
    linkUp: false,
    lagMs: null,
    confidence: "estimated",
    heartbeatAt,
  });
  expect(standby.reasons).toEqual(["the replication link is down"]);
  expect(standby.position).toBeLessThan(primary.position);
  expect(primary.heartbeatAt).toBeGreaterThan(heartbeatAt ?? 0);
});

test("a standby whose replay is paused lags, and more with each look", async () => {
  await pair.standby.sql("select pg_wal_replay_pause()");
  await order("one");
  await look(blue);
  const first = await once(({ lagMs }) => (lagMs ?? 0) > 300);
  expect(first).toMatchObject({ linkUp: true, writes: 0 });
  expect(first.reasons).toContain("replay is paused");
  await once(({ lagMs }) => (lagMs ?? 0) > (first.lagMs ?? 0));
  // Where it is resumed nothing was lost.
  await pair.standby.sql("select pg_wal_replay_resume()");
  await once(({ writes, lagMs }) => writes === 1 && lagMs === 0);
});

test("a frozen primary is a link that is down, though its receiver says that it is streaming", async () => {
  await follows();
  pair.primary.signal("SIGSTOP");
  const said = await once(({ linkUp }) => linkUp === false);
  expect(said).toMatchObject({ lagMs: null, confidence: "estimated" });
  const receivers = await pair.standby.sql("select status from pg_stat_wal_receiver");
  expect(receivers).toEqual([{ status: "streaming" }]);
});

test("a hung server holds nobody longer than the deadline", async () => {
  pair.primary.signal("SIGSTOP");
  const late = { code: "GL_UNREACHABLE" };
  // It connects to the kernel's queue; nobody answers there.
  await expect(look(blue)).rejects.toMatchObject(late);
  await expect(apply(blue, "fenced", 1)).rejects.toMatchObject(late);
});

test("a heartbeat that is silent while the link is up bounds nothing", async () => {
  await follows();
  // Writes flow, beats don't.
  const write = async () => await order(String(clock.monotonicMs()));
  await eventually(
    async () => {
      await write();
      return (await look(green)).confidence === "unknown";
    },
    { withinMs: 10_000, everyMs: 50 },
  );
  expect((await look(green)).reasons.join()).toContain("heartbeat is silent");
}, 20_000);

test("promoted, it has all that it had received, be its replay paused, and keeps the pair", async () => {
  await pair.standby.sql("select pg_wal_replay_pause()");
  await pair.primary.sql("insert into orders select 'order-' || n from generate_series(1, 5000) n");
  const { position } = await look(blue);
  const has = "select pg_last_wal_receive_lsn() - '0/0'::pg_lsn >= $position as has";
  const sql = has.replace("$position", String(position));
  await eventually(async () => (await pair.standby.sql(sql))[0]?.["has"] === true, {
    withinMs: 5_000,
  });
  pair.primary.signal("SIGKILL");
  expect((await look(green)).writes).toBe(0);
  await apply(green, "primary", 9);
  const now = await look(green);
  expect(now).toMatchObject({ role: "primary", epoch: 5, sequence: 9, writes: 5000 });
  expect(green.whyNotReached(now, { role: "primary" })).toBeUndefined();
  expect(now.position).toBeGreaterThanOrEqual(position);
  await pair.standby.sql("insert into orders values ('new')");
  expect(green.restoring({ ...now, role: "standby" })).toBeUndefined();
}, 20_000);

test("one pair moves without loss: fenced, caught up, promoted; a later fence of it holds too", async () => {
  await order("one");
  await apply(blue, "fenced", 1);
  const last = await look(blue);
  expect(last).toMatchObject({ role: "fenced", confidence: "proven", sequence: 1 });
  const standby = await once(({ position }) => position >= last.position, 3_000);
  expect(standby).toMatchObject({ role: "standby", epoch: 5, sequence: 1 });
  // Its rows say that its primary was fenced: it is none of it.
  await apply(green, "primary", 2);
  expect(await look(green)).toMatchObject({ role: "primary", sequence: 2, confidence: "proven" });
  expect(await orders()).toBe(1);
  await pair.standby.sql("insert into orders values ('two')");
  const rebuild = { code: "GL_REJECTED", message: expect.stringContaining("pg_rewind") };
  await expect(apply(blue, "standby", 3)).rejects.toMatchObject(rebuild);
  const former = await look(blue);
  expect(former).toMatchObject({ role: "fenced", sequence: 3 });
  expect(blue.whyNotReached(former, { role: "standby" })).toContain("pg_rewind");
}, 20_000);

test("a stale epoch is refused on the primary, and on a standby by what was replicated", async () => {
  const stale = { code: "GL_EPOCH_STALE" };
  await apply(blue, "primary", 7, 6);
  await once(({ epoch }) => epoch === 6);
  await expect(apply(blue, "fenced", 9, 5)).rejects.toMatchObject(stale);
  await expect(apply(blue, "fenced", 6, 6)).rejects.toMatchObject(stale);
  await expect(apply(green, "primary", 9, 5)).rejects.toMatchObject(stale);
  expect((await look(blue)).role).toBe("primary");
  expect((await look(green)).role).toBe("standby");
});

test("a fence ends open sessions and refuses writes, also of new ones, until it is taken back", async () => {
  const app = { user: "app" };
  const open: Client = await pair.primary.connect(app);
  await open.query("begin; insert into orders values ('open')");
  const ended = new Promise((resolve) => open.once("end", resolve));
  await apply(blue, "fenced", 1);
  await ended;
  await expect(open.query("commit")).rejects.toThrow();
  const readOnly = { code: "25006" };
  const write = () => pair.primary.sql("insert into orders values ('late')", app);
  await expect(write()).rejects.toMatchObject(readOnly);
  expect(await orders(pair.primary)).toBe(0);
  // What was prepared before can be committed in spite of it: that is said, and it is no proof.
  await pair.primary.sql(
    "begin read write; insert into orders values ('two'); prepare transaction 'x'",
  );
  expect(await look(blue)).toMatchObject({ role: "fenced", confidence: "unknown" });
  await pair.primary.sql("rollback prepared 'x'");
  await apply(blue, "primary", 2);
  await write();
  expect(await orders(pair.primary)).toBe(1);
}, 20_000);

test("a fence that a role's own setting would pass is refused", async () => {
  await pair.primary.sql("alter role app set default_transaction_read_only = off");
  await expect(apply(blue, "fenced", 1)).rejects.toMatchObject({
    code: "GL_REJECTED",
    message: expect.stringContaining("app in every database"),
  });
  expect((await look(blue)).role).toBe("primary");
});
