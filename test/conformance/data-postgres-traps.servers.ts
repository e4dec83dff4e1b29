import { expect, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { eventually } from "../fakes/until.ts";
import { WatchedPair } from "../servers/watched-pair.ts";

const at = new WatchedPair();
const clock = new SystemClock();
test("a standby that follows has no lag, and gets to every position of its primary", async () => {
  await at.order("one");
  const primary = await at.look("blue");
  expect(primary).toMatchObject({
    role: "primary",
    linkUp: null,
    lagMs: null,
    confidence: "proven",
    engine: "postgresql-15",
    writes: 1,
    reasons: [],
  });
  const standby = await at.once(({ position }) => position >= primary.position);
  expect(standby).toMatchObject({
    role: "standby",
    linkUp: true,
    confidence: "estimated",
    writes: 1,
    heartbeatAt: primary.heartbeatAt,
    reasons: ["only the standby was asked"],
  });
  expect((await at.once(({ lagMs }) => lagMs === 0)).lagMs).toBe(0);
});

test("of a receiver that was cut the lag is unknown, not 0, and the heartbeat grows old", async () => {
  const { heartbeatAt } = await at.follows();
  at.cut();
  await eventually(async () => (await at.look("blue")).heartbeatAt !== heartbeatAt, {
    withinMs: 5_000,
  });
  await at.order("lost");
  const [primary, standby] = [
    await at.look("blue"),
    await at.once(({ linkUp }) => linkUp === false),
  ];
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
  await at.pair.standby.sql("select pg_wal_replay_pause()");
  await at.order("one");
  await at.look("blue");
  const first = await at.once(({ lagMs }) => (lagMs ?? 0) > 300);
  expect(first).toMatchObject({ linkUp: true, writes: 0 });
  expect(first.reasons).toContain("replay is paused");
  await at.once(({ lagMs }) => (lagMs ?? 0) > (first.lagMs ?? 0));
  // Where it is resumed nothing was lost.
  await at.pair.standby.sql("select pg_wal_replay_resume()");
  await at.once(({ writes, lagMs }) => writes === 1 && lagMs === 0);
});

test("a frozen primary is a link that is down, though its receiver says that it is streaming", async () => {
  await at.follows();
  at.pair.primary.signal("SIGSTOP");
  const said = await at.once(({ linkUp }) => linkUp === false);
  expect(said).toMatchObject({ lagMs: null, confidence: "estimated" });
  const receivers = await at.pair.standby.sql("select status from pg_stat_wal_receiver");
  expect(receivers).toEqual([{ status: "streaming" }]);
});

test("a hung server holds nobody longer than the deadline", async () => {
  at.pair.primary.signal("SIGSTOP");
  const late = { code: "GL_UNREACHABLE" };
  // It connects to the kernel's queue; nobody answers there.
  await expect(at.look("blue")).rejects.toMatchObject(late);
  await expect(at.apply("blue", "fenced", 1)).rejects.toMatchObject(late);
});

test("a heartbeat that is silent while the link is up bounds nothing", async () => {
  await at.follows();
  // Writes flow, beats don't.
  const write = async () => await at.order(String(clock.monotonicMs()));
  await eventually(
    async () => {
      await write();
      return (await at.look("green")).confidence === "unknown";
    },
    { withinMs: 10_000, everyMs: 50 },
  );
  expect((await at.look("green")).reasons.join()).toContain("heartbeat is silent");
}, 20_000);

test("promoted, it has all that it had received, be its replay paused, and keeps the pair", async () => {
  await at.pair.standby.sql("select pg_wal_replay_pause()");
  await at.pair.primary.sql(
    "insert into orders select 'order-' || n from generate_series(1, 5000) n",
  );
  const { position } = await at.look("blue");
  const has = "select pg_last_wal_receive_lsn() - '0/0'::pg_lsn >= $position as has";
  const sql = has.replace("$position", String(position));
  await eventually(async () => (await at.pair.standby.sql(sql))[0]?.["has"] === true, {
    withinMs: 5_000,
  });
  at.pair.primary.signal("SIGKILL");
  expect((await at.look("green")).writes).toBe(0);
  await at.apply("green", "primary", 9);
  const now = await at.look("green");
  expect(now).toMatchObject({ role: "primary", epoch: 5, sequence: 9, writes: 5000 });
  expect(at.driver("green").whyNotReached(now, { role: "primary" })).toBeUndefined();
  expect(now.position).toBeGreaterThanOrEqual(position);
  await at.pair.standby.sql("insert into orders values ('new')");
  expect(at.driver("green").restoring({ ...now, role: "standby" })).toBeUndefined();
}, 20_000);

test("a stale epoch is refused on the primary, and on a standby by what was replicated", async () => {
  const stale = { code: "GL_EPOCH_STALE" };
  await at.apply("blue", "primary", 7, 6);
  await at.once(({ epoch }) => epoch === 6);
  await expect(at.apply("blue", "fenced", 9, 5)).rejects.toMatchObject(stale);
  await expect(at.apply("blue", "fenced", 6, 6)).rejects.toMatchObject(stale);
  await expect(at.apply("green", "primary", 9, 5)).rejects.toMatchObject(stale);
  expect((await at.look("blue")).role).toBe("primary");
  expect((await at.look("green")).role).toBe("standby");
});
