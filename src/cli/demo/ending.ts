import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Explanation } from "../../domain/explain.ts";
import type { Report } from "../../domain/report.ts";
import type { Client } from "../client.ts";
import { lostWrites, tallyOf } from "./answer.ts";
import type { DemoTools } from "./demo-tools.ts";
import type { Expected } from "./fault-table.ts";
import type { Played } from "./in-world.ts";
import { type Ending, whyNotExplained } from "./judgement.ts";
import { Panel } from "./panel.ts";
import { readOrders } from "./store-entries.ts";
import type { Paths } from "./summary.ts";
import type { World } from "./world.ts";

interface LookTools extends DemoTools {
  /** What is looked at stays as it is, for somebody else to look at. */
  readonly isKept: boolean;
}

/** What the world looks like once the clients have stopped. */
export async function lookAtEnding(
  played: Played,
  expected: Partial<Expected>,
  tools: LookTools,
): Promise<Ending> {
  const { world, crowd, narrator } = played;
  const tally = tallyOf(crowd.answers, tools.clock.wallMs());
  const explanation = await untilExplained(world.client, expected, tools);
  const reports: Report[] = [];
  for (const { id } of narrator.operations)
    reports.push(await world.client.get<Report>(`/v1/operations/${id}/report`));
  const kept = await readPrimary(played, explanation.primary, tools);
  const writesLost = kept === undefined ? null : lostWrites(crowd.answers, kept);
  return { explanation, reports, tally, writesLost };
}

/** Each as the record that it is, and as a page. */
export async function keepReports(
  directory: string,
  reports: readonly Report[],
  { client }: World,
): Promise<Paths> {
  const paths = new Map<string, string>();
  await mkdir(join(directory, "reports"), { recursive: true });
  for (const report of reports) {
    const path = join(directory, "reports", report.operation);
    await writeFile(`${path}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
    const page = await client.text(`/v1/reports/${report.operation}?format=html`).catch(() => "");
    await writeFile(`${path}.html`, page);
    paths.set(report.operation, `${path}.json`);
  }
  return paths;
}

/** What it says in the end, as soon as that is as expected, or after a while. */
async function untilExplained(
  client: Client,
  expected: Partial<Expected>,
  { clock, signal }: DemoTools,
): Promise<Explanation> {
  const deadlineMs = clock.monotonicMs() + EXPLAINED_MS;
  for (;;) {
    const explanation = await client.get<Explanation>("/v1/applications/shop/explain");
    if (whyNotExplained(expected, explanation).length === 0) return explanation;
    if (clock.monotonicMs() > deadlineMs) return explanation;
    await clock.sleep(POLL_MS, signal);
  }
}

/**
 * What the primary's store has. One that is dead is brought back to be asked, for its disk is what
 * counts: nothing that blue acknowledged is lost while blue can come back. Undefined where the world
 * is to stay as it is.
 */
async function readPrimary(
  { world, call }: Played,
  primary: string | null,
  { signal, isKept }: LookTools,
): Promise<ReadonlySet<string> | undefined> {
  const { store, faults } = world.file;
  const url = primary === "green" ? store.green : store.blue;
  try {
    return await readOrders(url, call, signal);
  } catch {
    signal.throwIfAborted();
    if (isKept) return undefined;
    await world.stopGreenlight();
    await new Panel(faults, call, signal).heal();
    return await readOrders(url, call, signal);
  }
}

const EXPLAINED_MS = 5_000;
const POLL_MS = 100;
