import { expect, test } from "@jest/globals";
import { eventually } from "../fakes/until.ts";
import { closedAfterEach } from "../servers/fleets.ts";

const open = closedAfterEach();

const SOON = { withinMs: 30_000, everyMs: 50 };

test("an API that starts while the database is away lives, says what it waits for, and answers once that is there", async () => {
  const fleet = await open();
  const { postgres } = fleet;
  await postgres.process.kill();
  const late = await fleet.beginApi();
  const statusOf = async (path: string) =>
    await late.api(path).then(
      ({ status }) => status,
      () => undefined,
    );
  await eventually(async () => (await statusOf("/livez")) === 200, SOON);
  const says = /^the database is waited for: GL_STORAGE_AWAY: .*ECONNREFUSED/;
  await eventually(async () => says.test((await late.api("/readyz")).json.why), SOON);
  expect(await statusOf("/readyz")).toBe(503);
  const away = { status: 503, json: { code: "GL_STORAGE_AWAY", retryable: true } };
  expect(await late.api("/v1/applications")).toMatchObject(away);
  const asked = { application: "shop", kind: "switchover" };
  expect(await late.post("/v1/operations", asked, { "idempotency-key": "a" })).toMatchObject(away);
  const { why } = (await late.api("/readyz")).json;
  expect((await late.api("/v1/applications")).json.detail).toBe(why);
  expect(late.child.isRunning).toBe(true);

  await postgres.start();
  await late.ready();
  expect(await late.api("/v1/applications")).toMatchObject({
    status: 200,
    json: { applications: [{ name: "shop" }] },
  });
  expect(await late.api("/v1/operations")).toMatchObject({ json: { operations: [] } });
}, 120_000);

test("one that is told to stop while it waits does so, with status 0", async () => {
  const fleet = await open();
  await fleet.postgres.process.kill();
  const { child } = await fleet.beginApi();
  await eventually(() => child.err.includes("the database is waited for"), SOON);
  child.signal("SIGTERM");
  expect(await child.exited({ withinMs: 10_000 })).toBe(0);
}, 120_000);
