import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { eventually } from "../fakes/until.ts";
import { runCli } from "../scenario/child.ts";
import { askJson } from "../scenario/http-json.ts";
import { Panel } from "../scenario/panel.ts";
import { Contained } from "./contained.ts";
import { type OuterWorld, openOuterWorld } from "./outer-world.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { makeSecrets } from "./scratch-secrets.ts";
import { Stage } from "./stage.ts";

jest.setTimeout(180_000);

/** On a machine that has other things to do. */
const SOON = { withinMs: 90_000, everyMs: 100 };
/** Less than the compose file gives them, and what Docker gives where nothing is said. */
const DRAINED_WITHIN_MS = 10_000;

const run = promisify(execFile);

let world: OuterWorld;
let stage: Stage;
let secrets: string;
let token: string;
const running: Contained[] = [];

beforeAll(async () => {
  world = await openOuterWorld();
  secrets = makeSecrets(world.secrets());
  // Failback takes two people.
  const [alice, bob] = await Promise.all(["alice", "bob"].map(makeToken));
  token = alice.token;
  const lines = [alice.line, bob.line];
  stage = new Stage({ secrets, configs: { greenlight: world.config(lines) } });
  await prepareDatabase(stage);
});

afterAll(async () => {
  for (const service of running.toReversed()) await service.kill();
  stage.close();
  await world.close();
  rmSync(secrets, { recursive: true });
});

async function makeToken(owner: string) {
  const words = ["token", "create", "--owner", owner, "--role", "admin", "--output", "json"];
  return JSON.parse((await runCli(words)).out);
}

interface Said {
  readonly primary?: string;
  readonly verdicts?: readonly { readonly verdict: string }[];
  readonly operations?: readonly { readonly kind: string; readonly state: string }[];
}

async function api(path: string): Promise<Said> {
  const headers = { authorization: `Bearer ${token}` };
  return (await askJson(`http://${stage.addressOf("api")}:8460${path}`, { headers })).json;
}

/** PostgreSQL does not run as root; whose it is in the image, it is here. */
async function userOf(name: string) {
  if (name !== "postgres" || process.getuid?.() !== 0) return {};
  const idOf = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  return { uid: await idOf("-u"), gid: await idOf("-g") };
}

async function start(...names: readonly string[]): Promise<void> {
  const started: Contained[] = [];
  for (const name of names) {
    const service = new Contained(stage, name, { user: await userOf(name) });
    running.push(service);
    started.push(service);
    service.start();
  }
  for (const service of started) await service.healthy(SOON);
}

test("everything starts in the order that the compose file asks for, and is healthy", async () => {
  const waits = (name: string) => Object.keys(stage.service(name).depends_on).length > 0;
  await start(...stage.names.filter((name) => !waits(name)));
  await start(...stage.names.filter(waits));
  expect(running).toHaveLength(8);
});

/** Until the API says so; rejects with what it said last, and what the processes did. */
async function saysOf(path: string, isMeant: (said: Said) => boolean): Promise<Said> {
  let said: Said = {};
  await eventually(async () => {
    said = await api(path);
    return isMeant(said);
  }, SOON).catch((cause: unknown) => {
    const logs = running.map(({ name, said: log }) => `${name}:\n${log.slice(-1_500)}`);
    throw new Error([JSON.stringify(said), ...logs].join("\n"), { cause });
  });
  return said;
}

test("the API knows the application, as the three vantages see it", async () => {
  await saysOf(
    "/v1/applications/shop/explain",
    ({ verdicts = [] }) =>
      verdicts.length === 2 && verdicts.every(({ verdict }) => verdict === "healthy"),
  );
  expect(await api("/v1/applications/shop")).toMatchObject({ name: "shop", primary: "blue" });
  // Without it nobody could say how large the shop has to be elsewhere.
  await eventually(
    async () => JSON.stringify(await api("/v1/audit/journal")).includes("workload.seen"),
    SOON,
  );
});

test("when blue dies, green takes over", async () => {
  await new Panel(world.description.faults).kill("blue");
  await saysOf("/v1/operations", ({ operations = [] }) =>
    operations.some(({ kind, state }) => kind === "failover" && state === "succeeded"),
  );
  // The API looks for itself, a moment after who moved it.
  await saysOf("/v1/applications/shop", ({ primary }) => primary === "green");
});

test("told to stop, each is gone in time and has failed in nothing", async () => {
  const servers = ["redis", "postgres"];
  const ours = running.filter(({ name }) => !servers.includes(name));
  const ended: Record<string, unknown> = {};
  for (const service of ours)
    ended[service.name] = await service.stop({ withinMs: DRAINED_WITHIN_MS });
  expect(ended).toEqual(Object.fromEntries(ours.map(({ name }) => [name, 0])));
  for (const service of running.filter(({ name }) => servers.includes(name)))
    expect(await service.stop({ withinMs: DRAINED_WITHIN_MS })).toBe(0);
});
