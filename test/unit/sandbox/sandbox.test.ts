import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { Agent, request } from "undici";
import { parse } from "yaml";
import { createChance } from "../../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { createDnsClient } from "../../../src/adapters/dns-message/client.ts";
import { TYPE } from "../../../src/adapters/dns-message/message.ts";
import { decodeAddress } from "../../../src/adapters/dns-message/record-data.ts";
import { loadConfig } from "../../../src/runtime/config-file.ts";
import { whoHas } from "../../../src/runtime/token.ts";
import { createSandbox, type Sandbox } from "../../../src/sandbox/sandbox.ts";
import { eventually } from "../../fakes/until.ts";

const clock = new SystemClock();
const chance = createChance(clock);
const directory = mkdtempSync(join(tmpdir(), "greenlight-sandbox-"));
const soon = { withinMs: 5_000 };
const SHOP = "/apis/apps/v1/namespaces/default/deployments/shop";
const SERVICE = "/api/v1/namespaces/default/services/shop";
let sandbox: Sandbox;
let secure: Agent;
let troubles: unknown[];

beforeAll(async () => {
  troubles = [];
  const onTrouble = (error: unknown) => troubles.push(error);
  sandbox = await createSandbox({ directory, clock, chance, onTrouble, startupDelayMs: 20 });
  secure = openAgent();
});

afterEach(async () => {
  await panel("DELETE", "/faults");
});

afterAll(async () => {
  await secure.destroy();
  await sandbox.close();
  rmSync(directory, { recursive: true });
  expect(troubles).toEqual([]);
});

function openAgent(): Agent {
  const { clusters } = parse(readFileSync(sandbox.description.kubeconfig, "utf8"));
  const ca = Buffer.from(clusters[0].cluster["certificate-authority-data"], "base64");
  return new Agent({ connect: { ca } });
}

type Cluster = "blue" | "green";

async function ask(url: string, options: Parameters<typeof request>[1] = {}) {
  const answer = await request(url, options);
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  return { status: answer.statusCode, json: (await answer.body.json()) as any };
}

function panel(method: "GET" | "POST" | "DELETE", path: string, json?: unknown) {
  const body = json === undefined ? null : JSON.stringify(json);
  return ask(sandbox.description.faults + path, { method, body });
}

const shopUrl = (cluster: Cluster) => {
  const { shop } = sandbox.description;
  return `http://${shop[cluster]}:${shop.port}`;
};

const order = (cluster: Cluster, id: string) =>
  ask(`${shopUrl(cluster)}/orders`, { method: "POST", body: JSON.stringify({ id }) });

async function kube(cluster: Cluster, path: string, patch?: unknown) {
  const file = parse(readFileSync(sandbox.description.kubeconfig, "utf8"));
  const named = ({ name }: { name: string }) => name === cluster;
  const { token } = file.users.find(named).user;
  return await ask(file.clusters.find(named).cluster.server + path, {
    dispatcher: secure,
    method: patch ? "PATCH" : "GET",
    body: patch ? JSON.stringify(patch) : null,
    headers: {
      authorization: `Bearer ${token}`,
      ...(patch !== undefined && { "content-type": "application/merge-patch+json" }),
    },
  });
}

/** What was connected is reset first. */
async function isRefused(url: string): Promise<boolean> {
  return await request(url).then(
    () => false,
    ({ code }: { code?: string }) => code === "ECONNREFUSED",
  );
}

test("it tells everything that one needs, to its owner alone", async () => {
  const { description } = sandbox;
  const text = readFileSync(join(directory, "sandbox.json"), "utf8");
  expect(JSON.parse(text)).toEqual(description);
  const keys = ["tsig-key", "access-key-id", "secret-access-key"];
  const secrets = ["kubeconfig", "greenlight.yaml", ...keys, "store-token", "approver-token"];
  for (const file of ["sandbox.json", ...secrets])
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  expect(description).toMatchObject({
    dns: { zone: "sandbox.test", tsig: { name: "greenlight", algorithm: "hmac-sha256" } },
    shop: { name: "shop.sandbox.test", blue: "127.0.0.2", green: "127.0.0.3" },
    token: expect.stringMatching(/^gl_[\w-]{43}$/),
  });
});

test("its greenlight.yaml is right, and knows both tokens: they are two people's", async () => {
  const { config, token, approverTokenFile, shop } = sandbox.description;
  const loaded = await loadConfig(config, {});
  expect(whoHas(token, loaded.api.tokens)).toEqual({ owner: "sandbox", role: "operator" });
  const other = readFileSync(approverTokenFile, "utf8").trim();
  expect(whoHas(other, loaded.api.tokens)).toEqual({ owner: "approver", role: "approver" });
  expect(loaded.applications[0]?.public).toEqual({ host: shop.name, port: shop.port });
  expect(readFileSync(config, "utf8")).toContain("# All vantages stand on one machine.");
});

test("the name leads to blue", async () => {
  const { address } = sandbox.description.dns;
  const [host = "", port] = address.split(":");
  const client = createDnsClient({ clock, chance, timeoutMs: 1_000 });
  const never = new AbortController().signal;
  const server = { host, port: Number(port), text: address };
  const records = await client.ask(server, { name: "shop.sandbox.test", type: TYPE.a }, never);
  expect(records.map(({ data }) => decodeAddress(data))).toEqual(["127.0.0.2"]);
});

test("a shop listens while its Deployment has pods", async () => {
  expect((await kube("blue", SHOP)).json.status.availableReplicas).toBe(2);
  expect((await request(`${shopUrl("blue")}/healthz`)).statusCode).toBe(200);
  await expect(request(`${shopUrl("green")}/healthz`)).rejects.toThrow("ECONNREFUSED");
  await kube("green", SHOP, { spec: { replicas: 1 } });
  await eventually(
    () =>
      request(`${shopUrl("green")}/healthz`).then(
        () => true,
        () => false,
      ),
    soon,
  );
  expect((await order("green", "from-green")).status).toBe(200);
  await kube("green", SHOP, { spec: { replicas: 0 } });
  await eventually(() => isRefused(`${shopUrl("green")}/healthz`), soon);
});

test("a shop listens while its Service selects its pods", async () => {
  const closed = (value: string | null) =>
    kube("blue", SERVICE, { spec: { selector: { "greenlight.dev/quarantined": value } } });
  await closed("true");
  await eventually(() => isRefused(`${shopUrl("blue")}/healthz`), soon);
  expect((await kube("blue", SHOP)).json.status.availableReplicas).toBe(2);
  await closed(null);
  await eventually(async () => !(await isRefused(`${shopUrl("blue")}/healthz`)), soon);
  // An emptied selector leaves the endpoints as they are, as in Kubernetes.
  await kube("blue", SERVICE, { spec: { selector: { app: null } } });
  expect((await kube("blue", SERVICE)).json.spec.selector).toEqual({});
  expect((await request(`${shopUrl("blue")}/healthz`)).statusCode).toBe(200);
  await kube("blue", SERVICE, { spec: { selector: { app: "shop" } } });
});

test("a cluster that is killed is gone whole, and comes back", async () => {
  const servers = [`${sandbox.description.store.blue}/entries`, `${shopUrl("blue")}/`];
  await panel("POST", "/faults", { part: "all", cluster: "blue", kind: "kill" });
  for (const url of servers) await eventually(() => isRefused(url), soon);
  await expect(kube("blue", "/readyz")).rejects.toThrow("ECONNREFUSED");
  expect((await ask(`${sandbox.description.store.green}/entries`)).status).toBe(200);
  await panel("DELETE", "/faults");
  for (const url of servers) expect((await request(url)).statusCode).toBe(200);
});

test("a call of the Kubernetes API is held over TLS, and never takes effect when its client dies", async () => {
  const hold = { part: "api", cluster: "green", verb: "PATCH", path: SHOP, when: "before" };
  const { id } = (await panel("POST", "/holds", hold)).json;
  const patched = kube("green", SHOP, { metadata: { labels: { held: "yes" } } });
  const refused = expect(patched).rejects.toThrow();
  const held = (await panel("GET", `/holds/${id}?wait=true`)).json;
  expect(held).toMatchObject({ state: "held", call: { from: "127.0.0.1", verb: "PATCH" } });
  await secure.destroy();
  await refused;
  await eventually(async () => (await panel("GET", `/holds/${id}`)).json.isClientGone, soon);
  await panel("DELETE", `/holds/${id}`);
  secure = openAgent();
  expect((await kube("green", SHOP)).json.metadata.labels).toEqual({ app: "shop" });
});

test("the panel's store and workload knobs reach them", async () => {
  await panel("POST", "/workload", { cluster: "green", startupDelayMs: 600_000 });
  await kube("green", SHOP, { spec: { replicas: 1 } });
  await panel("POST", "/store", { cluster: "green", lagMs: 600_000 });
  const { position } = (await order("blue", "lagging")).json;
  expect(
    (await ask(`${sandbox.description.store.blue}/entries`)).json.position,
  ).toBeGreaterThanOrEqual(position);
  expect(await isRefused(`${shopUrl("green")}/healthz`)).toBe(true);
  await panel("POST", "/workload", { cluster: "green", startupDelayMs: 0 });
  await eventually(
    () =>
      request(`${shopUrl("green")}/healthz`).then(
        () => true,
        () => false,
      ),
    soon,
  );
  await kube("green", SHOP, { spec: { replicas: 0 } });
  const behind = (await ask(`${sandbox.description.store.green}/entries`)).json.position;
  expect(behind).toBeLessThan(position);
  await panel("POST", "/store", { cluster: "green", lagMs: 0 });
  await eventually(
    async () => (await ask(`${sandbox.description.store.green}/entries`)).json.position >= position,
    soon,
  );
});
