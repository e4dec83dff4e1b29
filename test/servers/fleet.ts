import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { createPrivatePem } from "../../src/adapters/signing/ed25519.ts";
import { eventually } from "../fakes/until.ts";
import { Child } from "../scenario/child.ts";
import { askJson, type Reply } from "../scenario/http-json.ts";
import { Serve } from "../scenario/serve.ts";
import { openWorld, type World } from "../scenario/world.ts";
import type { WorldOptions } from "../scenario/world-file.ts";
import { freePort } from "./free-port.ts";
import { type JournalServer, startPostgresServer } from "./postgres-server.ts";
import { REDIS_PASSWORD, type RedisServer, startRedis } from "./redis.ts";

const QUEUE_KEY = "a key that only workers know";

/** The sandbox as the world, and Greenlight as processes that share a Redis and a database. */
export interface Fleet {
  readonly world: World;
  readonly redis: RedisServer;
  readonly postgres: JournalServer;
  /** Starts all probes, both pipeline workers and the API; settles when all is well and known. */
  start(): Promise<void>;
  startProbes(): void;
  /** One more, whether or not one stands there already. */
  startProbe(vantage: string): Child;
  /** 0 or 1; again after it was killed. */
  startPipeline(index: number): Child;
  readonly pipelines: readonly Child[];
  /** East, west and north. */
  readonly probes: readonly Child[];
  /** What its `/readyz` says. */
  readiness(index: number): Promise<Reply>;
  /** The one that leads the open operation, by the Lease in green. */
  leader(): Promise<number>;
  /** Starts the API. */
  answer(): Promise<void>;
  /** Begins to start another one, on a port of its own. */
  beginApi(): Promise<Serve>;
  /** That, until it can do its work. */
  secondApi(): Promise<Serve>;
  /** What all processes said. */
  said(): string;
  /** Throws that, with what went wrong. */
  readonly withLogs: (cause: unknown) => never;
  /** Rejects so where it does not come to be in a minute, or in so long. */
  until(isSo: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

export async function openFleet({
  config: more = [],
  runbooks = [],
}: WorldOptions = {}): Promise<Fleet> {
  const redis = await startRedis();
  const postgres = await startPostgresServer();
  const ports = [await freePort(), await freePort(), await freePort()];
  const healthPorts = [await freePort(), await freePort()];
  const shared = configOf(redis, postgres, ports);
  const world = await openWorld({ config: [...shared, ...more], runbooks });
  const { directory } = world;
  const secrets = {
    "pg-password": postgres.place.password ?? "",
    "redis-password": REDIS_PASSWORD,
    "queue-key": QUEUE_KEY,
    "bus-token": "a token that only workers know",
    "signing-key.pem": createPrivatePem(),
  };
  for (const [name, text] of Object.entries(secrets)) writeFileSync(join(directory, name), text);
  const { config } = world.description;
  const probes: Child[] = [];
  const pipelines: Child[] = [];
  const all: Child[] = [];
  let isAnswering = false;
  const begin = (program: string, ...args: readonly string[]) => {
    const child = new Child([config, ...args], {}, `dist/bin/${program}.js`);
    all.push(child);
    return child;
  };
  const fleet: Fleet = {
    world,
    redis,
    postgres,
    pipelines,
    probes,
    startProbes: () => {
      for (const name of VANTAGES) fleet.startProbe(name);
    },
    startProbe: (vantage) => {
      const child = begin("probe", "--vantage", vantage);
      probes.push(child);
      return child;
    },
    startPipeline: (index) => {
      const listen = `127.0.0.1:${ports[index]}`;
      const spool = join(directory, `spool-${index}`);
      const health = `127.0.0.1:${healthPorts[index]}`;
      const child = begin("pipeline", "--listen", listen, "--spool", spool, "--health", health);
      pipelines[index] = child;
      return child;
    },
    readiness: (index) => askJson(`http://127.0.0.1:${healthPorts[index]}/readyz`),
    start: async () => {
      if (probes.length === 0) fleet.startProbes();
      for (const index of [0, 1]) if (!pipelines[index]?.isRunning) fleet.startPipeline(index);
      if (!isAnswering) await fleet.answer();
      for (const child of all) await ready(child);
      await world.settled();
    },
    answer: async () => {
      isAnswering = true;
      await world.start(["api", "--listen", `127.0.0.1:${ports[2]}`]);
    },
    beginApi: async () => {
      const port = await freePort();
      const file = join(directory, "second.yaml");
      const own = parseDocument(readFileSync(config, "utf8"));
      own.setIn(["api", "port"], port);
      writeFileSync(file, own.toString());
      const { token } = world.description;
      const url = `http://127.0.0.1:${port}`;
      const second = new Serve({ config: file, url, token, command: ["api"] });
      all.push(second.child);
      return second;
    },
    secondApi: async () => {
      const second = await fleet.beginApi();
      await second.ready();
      return second;
    },
    leader: async () => {
      const { holder } = await leaseOf(world);
      return pipelines.findIndex((child) => holder !== undefined && child.err.includes(holder));
    },
    said: () => all.map(({ err }) => err).join("\n"),
    withLogs: (cause) => {
      const titles = world.inbox.messages.map(({ title }) => title);
      throw new Error([...titles, fleet.said()].join("\n"), { cause });
    },
    until: async (isSo, withinMs = 60_000) => {
      await eventually(isSo, { withinMs, everyMs: 100 }).catch(fleet.withLogs);
    },
    close: async () => {
      for (const child of all) if (child.isRunning) await child.kill();
      await world.close();
      await Promise.all([redis.close(), postgres.close()]);
    },
  };
  return fleet;
}

/** Until it says that it does its work. */
export async function ready(child: Child): Promise<void> {
  await eventually(
    () => {
      if (!child.isRunning) throw new Error(`it ended: ${child.err}`);
      return /"msg":"Greenlight \w+"/.test(child.err);
    },
    { withinMs: 30_000, everyMs: 50 },
  );
}

async function leaseOf(world: World): Promise<{ readonly holder?: string }> {
  const { json } = await world.kube.ask("green", LEASE);
  return { holder: json.spec?.holderIdentity };
}

const LEASE = "/apis/coordination.k8s.io/v1/namespaces/default/leases/greenlight-shop";
const VANTAGES = ["east", "west", "north"];

function configOf(redis: RedisServer, postgres: JournalServer, ports: readonly number[]) {
  const { address: host, database, user } = postgres.place;
  const storage = {
    driver: "postgres",
    host,
    database,
    user,
    tls: "off",
    spool: "./spool",
    secretRef: "file/pg-password",
  };
  const way = {
    mode: "standalone",
    address: redis.address,
    secretRef: "file/redis-password",
  };
  const listeners = ports.map((port) => `http://127.0.0.1:${port}`);
  return [
    [["storage"], storage],
    [["queue"], { driver: "redis", ...way, key: { secretRef: "file/queue-key" } }],
    [["bus"], { driver: "redis", redis: way, listeners, secretRef: "file/bus-token" }],
    [["audit"], { signingKey: { secretRef: "file/signing-key.pem" } }],
    // Eight processes on one machine: who asks must have some patience.
    [["applications", 0, "probing"], { preset: "standard" }],
    ...VANTAGES.map((_, i) => [["vantages", i, "failureDomain"], `rack-${i}`] as const),
  ] as const;
}
