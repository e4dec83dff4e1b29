import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { SqlJournal } from "../../src/adapters/journal/sql-journal.ts";
import { SqlReports } from "../../src/adapters/report/sql-reports.ts";
import { openEmbedded } from "../../src/adapters/storage/embedded-storage.ts";
import { type Client, createClient } from "../../src/cli/client.ts";
import { cacheDirectory } from "../../src/runtime/cache-directory.ts";
import { createToken } from "../../src/runtime/token.ts";
import { findFreePort } from "../../src/sandbox/free-port.ts";
import { type Figure, figureOf } from "./figures.ts";
import { growJournal } from "./grown-journal.ts";

const OPERATIONS = 5_000;
const START_WITHIN_MS = 60_000;
/** To ask more often costs what the start could do meanwhile. */
const ASK_MS = 50;
/** What people wait for without a thought: of the halves of all runs. */
const BOUNDS = { start: 2_000, list: 200 } as const;
const clock = new SystemClock();

/** How long `greenlight serve` takes to begin, and lists take, with thousands of operations kept. */
export async function benchJournal(options: {
  readonly runs: number;
  readonly json: boolean;
}): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "greenlight-bench-"));
  const { token, line } = createToken("bench", "viewer");
  const port = await findFreePort(["127.0.0.1"], createChance(clock));
  try {
    await writeFile(join(directory, "kubeconfig"), KUBECONFIG);
    await writeFile(join(directory, "greenlight.yaml"), configOf(port, JSON.stringify(line)));
    const records = await grow(join(directory, "data"));
    process.stdout.write(`${OPERATIONS} operations, ${records} records\n`);
    const client = createClient({ url: `http://127.0.0.1:${port}`, token }, clock);
    const starts: number[] = [];
    const lists: Record<string, number[]> = { "/v1/reports": [], "/v1/operations": [] };
    for (let run = 0; run < options.runs; run += 1) {
      const { child, tookMs } = await start(join(directory, "greenlight.yaml"), client);
      starts.push(tookMs);
      for (const [path, times] of Object.entries(lists)) times.push(await timed(client, path));
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    const figures = {
      "start, until the API answers": figureOf(starts),
      "report list": figureOf(lists["/v1/reports"] ?? []),
      "operation list": figureOf(lists["/v1/operations"] ?? []),
    };
    print(figures);
    const [begun, ...listed] = Object.values(figures);
    const isWithin = (begun?.p50 ?? 0) < BOUNDS.start;
    if (!isWithin || listed.some(({ p50 }) => p50 >= BOUNDS.list)) process.exitCode = 3;
    if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function grow(directory: string): Promise<number> {
  const storage = await openEmbedded({ directory, cacheDirectory: cacheDirectory(), clock });
  try {
    await SqlJournal.open({ sql: storage.database, digest: sha256, clock });
    await SqlReports.open(storage.database);
    return await growJournal(storage.database, OPERATIONS);
  } finally {
    await storage.close();
  }
}

/** From the call to the first answer of the API that a token is asked for. */
async function start(
  file: string,
  client: Client,
): Promise<{ readonly child: ChildProcess; readonly tookMs: number }> {
  const startedMs = clock.monotonicMs();
  const main = join(import.meta.dirname, "../../bin/main.js");
  const stdio = ["ignore", "ignore", "inherit"] as const;
  const child = spawn(process.execPath, [main, "serve", file], { stdio: [...stdio] });
  for (;;) {
    const isUp = await client.get("/v1/audit/head").then(
      () => true,
      () => false,
    );
    if (isUp) return { child, tookMs: Math.round(clock.monotonicMs() - startedMs) };
    if (child.exitCode !== null || clock.monotonicMs() - startedMs > START_WITHIN_MS) {
      child.kill("SIGKILL");
      throw new Error("greenlight serve did not start");
    }
    await clock.sleep(ASK_MS, new AbortController().signal);
  }
}

async function timed(client: Client, path: string): Promise<number> {
  const startedMs = clock.monotonicMs();
  await client.get(`${path}?limit=50`);
  return Math.round(clock.monotonicMs() - startedMs);
}

/** Clusters that refuse every connection: nothing moves, and nothing is waited for. */
function configOf(port: number, token: string): string {
  return `storage: {driver: embedded, directory: ./data}
api: {port: ${port}, tokens: [${token}]}
log: {level: error}
vantages: [{name: east, failureDomain: here}]
control: {targets: [{name: one, tcp: "127.0.0.1:1"}, {name: other, tcp: "127.0.0.1:2"}]}
clusters:
  - {name: blue, kubeconfig: ./kubeconfig, context: blue}
  - {name: green, kubeconfig: ./kubeconfig, context: green}
applications:
  - name: shop
    home: blue
    standby: green
    objectives: {rto: 5s, rpo: 2s}
    public: {host: shop.test, port: 1, addresses: {blue: 127.0.0.1, green: 127.0.0.2}}
    probing: {preset: fast}
    probes: [{name: front, probe: http, layer: public, path: /, expect: {status: 200}}]
    policy: {moveOn: [], quorum: 1, quorumOfOne: {acceptedBy: bench}, approvals: {}, fencing: {unreachable: refuse}}
`;
}

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters:
  - {name: one, cluster: {server: "https://127.0.0.1:1"}}
users:
  - {name: greenlight, user: {token: none}}
contexts:
  - {name: blue, context: {cluster: one, user: greenlight}}
  - {name: green, context: {cluster: one, user: greenlight}}
`;

function print(figures: Readonly<Record<string, Figure>>): void {
  const row = (what: string, { runs, p50, max }: Figure) =>
    `  ${what.padEnd(36)}${String(runs).padStart(6)}${String(p50).padStart(8)}${String(max).padStart(8)}`;
  const head = `  ${"ms".padEnd(36)}${"runs".padStart(6)}${"p50".padStart(8)}${"max".padStart(8)}`;
  const rows = Object.entries(figures).map(([what, figure]) => row(what, figure));
  process.stdout.write(`${[head, ...rows, ""].join("\n")}\n`);
}
