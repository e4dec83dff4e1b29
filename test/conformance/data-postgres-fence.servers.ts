import { expect, test } from "@jest/globals";
import { eventually } from "../fakes/until.ts";
import { postgresConfig, postgresDriver, WatchedPair } from "../servers/watched-pair.ts";

const at = new WatchedPair();
const { signal } = new AbortController();
const orders = async (side: "primary" | "standby") =>
  (await at.pair[side].sql("select id from orders")).length;
const READ_ONLY = { code: "25006" };
const write = () => at.pair.primary.sql("insert into orders values ('late')", { user: "app" });

test("one pair moves without loss: fenced, caught up, promoted; a later fence of it holds too", async () => {
  await at.order("one");
  await at.apply("blue", "fenced", 1);
  const last = await at.look("blue");
  expect(last).toMatchObject({ role: "fenced", confidence: "proven", sequence: 1 });
  const standby = await at.once(({ position }) => position >= last.position);
  expect(standby).toMatchObject({ role: "standby", epoch: 5, sequence: 1 });
  // Its rows say that its primary was fenced: it is none of it.
  await at.apply("green", "primary", 2);
  expect(await at.look("green")).toMatchObject({
    role: "primary",
    sequence: 2,
    confidence: "proven",
  });
  expect(await orders("standby")).toBe(1);
  await at.pair.standby.sql("insert into orders values ('two')");
  const rebuild = { code: "GL_REJECTED", message: expect.stringContaining("pg_rewind") };
  await expect(at.apply("blue", "standby", 3)).rejects.toMatchObject(rebuild);
  const former = await at.look("blue");
  expect(former).toMatchObject({ role: "fenced", sequence: 3 });
  expect(at.driver("blue").whyNotReached(former, { role: "standby" })).toContain("pg_rewind");
}, 20_000);

test("a fence ends open sessions and refuses writes, also of new ones, until it is taken back", async () => {
  const open = await at.pair.primary.connect({ user: "app" });
  await open.query("begin; insert into orders values ('open')");
  const ended = new Promise((resolve) => open.once("end", resolve));
  await at.apply("blue", "fenced", 1);
  await ended;
  await expect(open.query("commit")).rejects.toThrow();
  await expect(write()).rejects.toMatchObject(READ_ONLY);
  expect(await orders("primary")).toBe(0);
  // What was prepared before can be committed in spite of it: that is said, and it is no proof.
  await at.pair.primary.sql(
    "begin read write; insert into orders values ('two'); prepare transaction 'x'",
  );
  expect(await at.look("blue")).toMatchObject({ role: "fenced", confidence: "unknown" });
  await at.pair.primary.sql("rollback prepared 'x'");
  await at.apply("blue", "primary", 2);
  await write();
  expect(await orders("primary")).toBe(1);
}, 20_000);

test("a fence that a role's own setting would pass is refused", async () => {
  await at.pair.primary.sql("alter role app set default_transaction_read_only = off");
  await expect(at.apply("blue", "fenced", 1)).rejects.toMatchObject({
    code: "GL_REJECTED",
    message: expect.stringContaining("app in every database"),
  });
  expect((await at.look("blue")).role).toBe("primary");
});

test("a superuser's open transaction keeps the fence from standing, and is named", async () => {
  const dba = await at.pair.primary.connect();
  await dba.query("begin; insert into orders values ('dba')");
  const [row] = (await dba.query("select pg_backend_pid() as pid")).rows as { pid: number }[];
  const named = {
    code: "GL_UNREACHABLE",
    message: expect.stringContaining(`${row?.pid} (postgres)`),
  };
  await expect(at.apply("blue", "fenced", 1)).rejects.toMatchObject(named);
  const begun = await at.look("blue");
  expect(begun).toMatchObject({ role: "primary", sequence: 1, confidence: "unknown" });
  expect(at.driver("blue").whyNotReached(begun, { role: "primary" })).toContain(
    "default_transaction_read_only",
  );
  await dba.query("commit");
  // Idle, it may stay: what it begins from now on is read-only.
  await at.apply("blue", "fenced", 1);
  await expect(dba.query("insert into orders values ('late')")).rejects.toMatchObject(READ_ONLY);
  expect(await at.look("blue")).toMatchObject({ role: "fenced", writes: 1 });
  await dba.end();
}, 20_000);

test("a fence outlives a restart", async () => {
  await at.apply("blue", "fenced", 3);
  await at.pair.primary.close();
  await at.pair.primary.start();
  expect(await at.look("blue")).toMatchObject({ role: "fenced", epoch: 5, sequence: 3 });
  await expect(write()).rejects.toMatchObject(READ_ONLY);
}, 20_000);

test("a synchronous standby that is away holds neither the look nor the fence", async () => {
  await at.pair.primary.sql("alter system set synchronous_standby_names = 'nobody'");
  await at.pair.primary.sql("select pg_reload_conf()");
  const waiting = at.pair.primary.connect({ user: "app" });
  const client = await waiting;
  const unacknowledged = client.query("insert into orders values ('waits')");
  const refused = expect(unacknowledged).rejects.toThrow();
  const { heartbeatAt } = await at.look("blue");
  await eventually(async () => (await at.look("blue")).heartbeatAt !== heartbeatAt, {
    withinMs: 5_000,
  });
  await at.apply("blue", "fenced", 1);
  expect((await at.look("blue")).role).toBe("fenced");
  await refused;
}, 20_000);

test("at the start of a page of the log the standby still gets to the fenced position", async () => {
  await at.apply("blue", "fenced", 1);
  await at.pair.primary.sql("select pg_switch_wal()");
  const { position } = await at.look("blue");
  await at.once((seen) => seen.position >= position);
}, 20_000);

test("of a standby that is to be fenced nothing is left to do", async () => {
  await at.apply("green", "fenced", 1);
  const seen = await at.look("green");
  expect(seen.role).toBe("standby");
  expect(at.driver("green").whyNotReached(seen, { role: "fenced" })).toBeUndefined();
});

test("a standby that was copied from a fenced server takes writes once it is promoted", async () => {
  await at.pair.standby.sql("alter system set default_transaction_read_only = on");
  await at.pair.standby.sql("select pg_reload_conf()");
  await at.apply("blue", "fenced", 1);
  await at.once(({ sequence }) => sequence === 1);
  await at.apply("green", "primary", 2);
  expect(await at.look("green")).toMatchObject({ role: "primary", confidence: "proven" });
  await at.pair.standby.sql("insert into orders values ('new')", { user: "app" });
}, 20_000);

test.each([
  [{ user: "nobody" }, "GL_FORBIDDEN", "28"],
  [{ database: "postgres" }, "GL_NOT_FOUND", "data-postgres.sql"],
  [{ database: "none" }, "GL_NOT_FOUND", "3D000"],
  [{ tls: "verify" as const }, "GL_UNREACHABLE", "SSL"],
])("%j is %s", async (wrong, code, says) => {
  const config = { ...postgresConfig(at.pair), ...wrong };
  const driver = postgresDriver(config, "blue");
  const failure = { code, message: expect.stringContaining(says) };
  await expect(driver.observe(signal)).rejects.toMatchObject(failure);
  await expect(
    driver.apply({ role: "fenced" }, { epoch: 5, sequence: 1, signal }),
  ).rejects.toMatchObject({ code });
});
