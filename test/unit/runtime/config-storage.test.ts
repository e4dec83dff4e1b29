import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { loadConfig } from "../../../src/runtime/config-file.ts";
import {
  busPlace,
  ownDirectory,
  postgresPlace,
  queuePlace,
  sealingKeys,
  sharedParts,
} from "../../../src/runtime/config-place.ts";
import {
  type ConfigDirectory,
  createConfigDirectory,
  withoutPlace,
} from "../../fakes/config-directory.ts";

let directory: ConfigDirectory;

beforeEach(() => {
  directory = createConfigDirectory();
  directory.write("secrets/password", "a password");
});

afterEach(() => directory.remove());

const EMBEDDED = "storage: {driver: embedded, directory: ./data}";
const POSTGRES =
  "storage: {driver: postgres, host: '10.0.0.5:5432', database: greenlight, user: greenlight, secretRef: file/secrets/password, spool: ./spool}";
const REDIS =
  "queue: {driver: redis, mode: standalone, address: '10.0.0.6:6379', secretRef: file/secrets/password, key: {secretRef: file/secrets/password}}";
const IN_POSTGRES = "queue: {driver: postgres, key: {secretRef: file/secrets/password}}";
const BUS =
  "bus: {driver: redis, listeners: ['http://10.0.0.7:8470'], secretRef: file/secrets/password}";
const AUDIT = "audit: {signingKey: {secretRef: file/secrets/password}}";

async function whyNot(...lines: readonly string[]): Promise<readonly string[]> {
  return withoutPlace(await directory.problemsWith([EMBEDDED, lines.join("\n")]));
}

async function load(...lines: readonly string[]) {
  expect(await whyNot(...lines)).toEqual([]);
  return await loadConfig(directory.file, directory.env);
}

test("processes that share a database, a Redis and a bus know where these are", async () => {
  const config = await load(POSTGRES, REDIS, BUS, AUDIT);
  const password = "a password";
  expect(postgresPlace(config)).toEqual({
    address: "10.0.0.5:5432",
    database: "greenlight",
    user: "greenlight",
    password,
    tls: {},
  });
  const redis = { mode: "standalone", address: "10.0.0.6:6379", password };
  expect(queuePlace(config)).toEqual(redis);
  expect(busPlace(config)).toEqual(redis);
  expect(sharedParts(config).storage.spool).toBe(`${directory.path}/spool`);
  expect(() => ownDirectory(config)).toThrow(/not for serve/);
});

test("sentinels and clusters, and a bus of its own beside a queue in the database", async () => {
  const own = "secretRef: file/secrets/password, tls: verify";
  const bus = (redis: string) => BUS.replace("listeners", `redis: {${redis}, ${own}}, listeners`);
  const cluster = bus("mode: cluster, nodes: ['10.0.0.1:6379', '10.0.0.2:6379']");
  const config = await load(POSTGRES, IN_POSTGRES, cluster, AUDIT);
  expect(queuePlace(config)).toBeUndefined();
  expect(busPlace(config)).toMatchObject({ mode: "cluster", tls: {} });
  const sentinel = bus("mode: sentinel, name: greenlight, sentinels: ['10.0.0.1:26379']");
  const other = await load(POSTGRES, IN_POSTGRES, sentinel, AUDIT);
  expect(busPlace(other)).toMatchObject({ mode: "sentinel", name: "greenlight" });
});

test("one process alone shares nothing, and is told so by the others", async () => {
  const config = await load(EMBEDDED);
  expect(ownDirectory(config)).toBe(`${directory.path}/data`);
  expect(() => sharedParts(config)).toThrow(/storage is embedded/);
});

test.each([
  [
    "a queue beside embedded storage",
    [EMBEDDED, REDIS],
    ["queue: is for storage on a server: embedded keeps all by itself"],
  ],
  [
    "a bus beside embedded storage",
    [EMBEDDED, BUS],
    ["bus: is for storage on a server: embedded keeps all by itself"],
  ],
  [
    "storage on a server alone",
    [POSTGRES],
    [
      "storage.driver: on a server needs a queue that processes share",
      "storage.driver: on a server needs a bus from the probes to the workers",
      "storage.driver: on a server needs an audit.signingKey that all processes have",
    ],
  ],
  [
    "a bus without a Redis",
    [POSTGRES, IN_POSTGRES, BUS, AUDIT],
    ["bus: needs a redis of its own: the queue is in PostgreSQL"],
  ],
  [
    "a Redis that anybody may write to",
    [POSTGRES, REDIS.replace("secretRef: file/secrets/password, ", ""), BUS, AUDIT],
    ["queue: 10.0.0.6:6379 is not on loopback: a secretRef must name its password"],
  ],
] as const)("%s is refused", async (_, lines, problems) => {
  expect(await whyNot(...lines)).toEqual(problems);
});

test("a key that is being changed has a second one beside it, that must be there", async () => {
  directory.write("secrets/next", "the next key of all");
  const accepted = "acceptedSecretRef: file/secrets/next";
  const [queue, bus] = [
    REDIS.replace("}}", `, ${accepted}}}`),
    BUS.replace(/}$/, `, ${accepted}}`),
  ];
  const config = await load(POSTGRES, queue, bus, AUDIT);
  const shared = sharedParts(config);
  expect(sealingKeys(shared.queue.key, config)).toEqual(["a password", "the next key of all"]);
  expect(sealingKeys(shared.bus, config)).toEqual(["a password", "the next key of all"]);
  const calm = await load(POSTGRES, REDIS, BUS, AUDIT);
  expect(sealingKeys(sharedParts(calm).bus, calm)).toEqual(["a password"]);
  const missing = bus.replace("next", "nothing");
  expect(await whyNot(POSTGRES, REDIS, missing, AUDIT)).toEqual([
    "bus.acceptedSecretRef: secrets/nothing can't be read (ENOENT)",
  ]);
});
