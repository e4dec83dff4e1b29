import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { request } from "undici";
import { createChance } from "../../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { create, schema } from "../../../src/drivers/dns/route53.ts";
import { createSandbox, type Sandbox } from "../../../src/sandbox/sandbox.ts";
import { createTestClient } from "../../fakes/dns-test-client.ts";
import { createRoute53Tools } from "../../fakes/route53-tools.ts";
import { eventually } from "../../fakes/until.ts";

const directory = mkdtempSync(join(tmpdir(), "greenlight-route53-"));
const { signal } = new AbortController();
const tools = createRoute53Tools();
let sandbox: Sandbox;

beforeAll(async () => {
  const clock = new SystemClock();
  const onTrouble = (error: unknown) => expect(error).toBeUndefined();
  sandbox = await createSandbox({ directory, clock, chance: createChance(clock), onTrouble });
});

afterAll(async () => {
  await tools.close();
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

/** Configured with what sandbox.json and the files beside it say. */
function createDriver() {
  const { route53, dns, shop, config } = sandbox.description;
  const { endpoint, hostedZone } = route53;
  const parsed = schema.parse({
    driver: "route53",
    hostedZone,
    zone: dns.zone,
    record: shop.name,
    ttl: "1s",
    servers: [dns.address],
    endpoint,
    credentials: {
      from: "secrets",
      accessKeyId: { secretRef: "file/access-key-id" },
      secretAccessKey: { secretRef: "file/secret-access-key" },
    },
  });
  const secret = (ref: string) =>
    readFileSync(join(dirname(config), ref.replace(/^file\//, "")), "utf8");
  return create(parsed, { ...tools, dns: createTestClient().client, secret });
}

async function panel(method: "POST" | "DELETE", path: string, json?: unknown) {
  const body = json === undefined ? null : JSON.stringify(json);
  const answer = await request(sandbox.description.faults + path, { method, body });
  await answer.body.dump();
  return answer.statusCode;
}

test("what the API changes, the name server answers once the change is in sync", async () => {
  expect(await panel("POST", "/route53", { pendingMs: 500, throttled: 1, prior: 1 })).toBe(200);
  const driver = createDriver();
  const desired = { address: sandbox.description.shop.green };
  await driver.apply(desired, { epoch: 3, sequence: 4, signal });
  const whyNot = async () => driver.whyNotReached(await driver.observe(signal), desired);
  await eventually(async () => (await whyNot()) === undefined, { withinMs: 5_000 });
  expect(await driver.observe(signal)).toMatchObject({
    epoch: 3,
    sequence: 4,
    servers: [{ address: desired.address, problem: null }],
    change: { isInSync: true },
  });
  expect(await panel("POST", "/route53", { pendingMs: 0, throttled: 0, prior: 0 })).toBe(200);
});

test("faults befall it like any other part", async () => {
  const driver = createDriver();
  const UNREACHABLE = { code: "GL_UNREACHABLE" };
  for (const fault of [{ kind: "error-rate", fraction: 1 }, { kind: "kill" }]) {
    expect(await panel("POST", "/faults", { part: "route53", ...fault })).toBe(200);
    await expect(driver.observe(signal)).rejects.toMatchObject(UNREACHABLE);
    await panel("DELETE", "/faults");
  }
  expect(await driver.observe(signal)).toMatchObject({ epoch: 3 });
  const inCluster = { part: "route53", cluster: "blue", kind: "kill" };
  expect(await panel("POST", "/faults", inCluster)).toBe(400);
  expect(await panel("POST", "/route53", { pendingMs: -1 })).toBe(400);
});
