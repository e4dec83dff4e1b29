import { expect, test } from "@jest/globals";
import { loadConfig } from "../../../src/runtime/config-file.ts";
import type { Process } from "../../../src/runtime/config-process.ts";
import { createConfigDirectory, EXAMPLE } from "../../fakes/config-directory.ts";

const EMBEDDED = "storage: {driver: embedded, directory: ./data}";
const STORAGE = `storage: {driver: postgres, host: '10.0.0.5:5432', database: d, user: u, secretRef: env/STORAGE, spool: ./s}
audit: {signingKey: {secretRef: env/SIGNING}}`;
const REDIS =
  "mode: sentinel, name: r, sentinels: ['10.0.0.6:26379'], secretRef: env/REDIS, sentinelSecretRef: env/SENTINEL";
const QUEUE = `queue: {driver: redis, ${REDIS}, key: {secretRef: env/QUEUE_KEY}}`;
const BUS = "bus: {driver: redis, listeners: ['http://10.0.0.7:8470'], secretRef: env/BUS}";
const OWN_REDIS = `bus: {driver: redis, redis: {${REDIS.replaceAll("env/", "env/BUS_")}}, listeners: ['http://10.0.0.7:8470'], secretRef: env/BUS}`;

/** The variables and files that it misses where there are none. */
async function demandsOf(
  process: Process | undefined,
  lines: readonly string[],
): Promise<readonly string[]> {
  const directory = createConfigDirectory();
  try {
    for (const name of ["store-token", "tsig"]) directory.write(`secrets/${name}`, "");
    directory.write("greenlight.yaml", EXAMPLE.replace(EMBEDDED, lines.join("\n")));
    const error: unknown = await loadConfig(directory.file, {}, { process }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const found = String(error).matchAll(/environment has no (\w+)|secrets\/(\S+) is empty/g);
    return [...new Set([...found].map(([, variable, file]) => variable ?? file ?? ""))].toSorted();
  } finally {
    directory.remove();
  }
}

const SHARED = [STORAGE, QUEUE, BUS];
const OF_API = ["BUS", "REDIS", "SENTINEL", "SIGNING", "STORAGE", "store-token", "tsig"];
const ALL = [...OF_API, "GREENLIGHT_HOOK_SECRET", "QUEUE_KEY"].toSorted();

test.each<[Process | undefined, readonly string[]]>([
  ["probe", ["BUS", "REDIS", "SENTINEL"]],
  ["api", OF_API],
  ["pipeline", ALL],
  [undefined, ALL],
])("%s demands the secrets that it uses", async (process, secrets) => {
  expect(await demandsOf(process, SHARED)).toEqual(secrets);
});

test("where the bus has a Redis of its own, only workers need the queue's", async () => {
  const lines = [STORAGE, QUEUE, OWN_REDIS];
  const own = ["BUS", "BUS_REDIS", "BUS_SENTINEL"];
  expect(await demandsOf("probe", lines)).toEqual(own);
  expect(await demandsOf("pipeline", lines)).toEqual([...ALL, ...own.slice(1)].toSorted());
});
