import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Agent } from "undici";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { createCallHttp } from "../../../src/adapters/http/http-call.ts";
import { createData } from "../../../src/drivers/data/registry.ts";
import { create as createRfc2136, schema as rfc2136 } from "../../../src/drivers/dns/rfc2136.ts";
import { create as createRoute53, schema as route53 } from "../../../src/drivers/dns/route53.ts";
import { createTestClient } from "../../fakes/dns-test-client.ts";
import { createRoute53Tools } from "../../fakes/route53-tools.ts";
import { openTcpServer } from "../../fakes/tcp-server.ts";

const clock = new SystemClock();
const { signal } = new AbortController();
const authority = { epoch: 1, sequence: 1, signal };
const NAME = { zone: "example.com", record: "shop.example.com", ttl: "5s" };
let agent: Agent;
let clients: ReturnType<typeof createRoute53Tools>;
let silent: Awaited<ReturnType<typeof openTcpServer>>;

beforeEach(async () => {
  agent = new Agent();
  clients = createRoute53Tools({ timeoutMs: 300 });
  silent = await openTcpServer(() => undefined);
});
afterEach(async () => {
  await agent.destroy();
  await clients.close();
  await silent.close();
});

function store(driver: "http" | "postgres") {
  const tools = { clock, call: createCallHttp(agent, clock), secret: "secret" };
  const at = `127.0.0.1:${silent.port}`;
  if (driver === "http")
    return createData({ driver, urls: { blue: `http://${at}` } }, "blue", tools);
  const login = { database: "shop", user: "greenlight", tls: "verify" } as const;
  return createData({ driver, hosts: { blue: at }, ...login }, "blue", tools);
}

function record(driver: "rfc2136" | "route53") {
  const { client: dns } = createTestClient();
  const tools = { ...clients, dns, secret: () => "c2VjcmV0" };
  const servers = [`127.0.0.1:${silent.port}`];
  const tsig = { name: "key", algorithm: "hmac-sha256", secretRef: "env/KEY" };
  if (driver === "rfc2136")
    return createRfc2136(rfc2136.parse({ driver, ...NAME, servers, tsig }), tools);
  const endpoint = `http://127.0.0.1:${silent.port}`;
  const key = { secretRef: "env/KEY" };
  const credentials = { from: "secrets", accessKeyId: key, secretAccessKey: key };
  const config = { driver, hostedZone: "Z1", ...NAME, servers, endpoint, credentials };
  return createRoute53(route53.parse(config), tools);
}

/** A server that accepts and says nothing: each call has its own end, none waits for the step's. */
const LATE = { code: "GL_UNREACHABLE" };

test.each(["http", "postgres"] as const)("data/%s of a silent server", async (driver) => {
  await expect(store(driver).observe(signal)).rejects.toMatchObject(LATE);
  await expect(store(driver).apply({ role: "fenced" }, authority)).rejects.toMatchObject(LATE);
  expect(silent.froms.length).toBeGreaterThan(0);
});

test.each(["rfc2136", "route53"] as const)("dns/%s of a silent server", async (driver) => {
  await expect(record(driver).observe(signal)).rejects.toMatchObject(LATE);
  await expect(record(driver).apply({ address: "127.0.0.9" }, authority)).rejects.toMatchObject(
    LATE,
  );
});
