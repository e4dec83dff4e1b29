import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { JournalEvent } from "../../src/domain/event.ts";
import type { Explanation } from "../../src/domain/explain.ts";
import { parseJournal } from "../../src/domain/journal-text.ts";
import type { Report } from "../../src/domain/report.ts";
import type { ApplicationStatus, OperationSummary } from "../../src/runtime/control.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { type ClusterSeen, readCluster } from "./cluster-seen.ts";
import { callJson, callText } from "./json-call.ts";
import { Panel } from "./panel.ts";
import { ServeProcess } from "./serve-process.ts";

/** A sandbox in this process, and a `serve` beside it that may be killed. */
export class World {
  readonly clock = new SystemClock();
  readonly panel: Panel;
  readonly #directory: string;
  readonly #sandbox: Sandbox;
  readonly #url: string;
  #serve: ServeProcess | undefined;
  /** Is in the journal what a decision needs of the past? */
  #isKnown: boolean;

  /** `data`: what serve finds as its data directory; absent: none. Serve does not run yet. */
  static async open(data?: string): Promise<World> {
    const directory = mkdtempSync(join(tmpdir(), "greenlight-kill-"));
    const clock = new SystemClock();
    const onTrouble = (error: unknown) => {
      throw error;
    };
    const tools = { directory, clock, chance: createChance(clock), onTrouble };
    const sandbox = await createSandbox({ ...tools, startupDelayMs: STARTUP_MS });
    if (data !== undefined) cpSync(data, join(directory, "data"), { recursive: true });
    return new World({ directory, sandbox, isKnown: data !== undefined });
  }

  private constructor(made: { directory: string; sandbox: Sandbox; isKnown: boolean }) {
    const { directory, sandbox, isKnown } = made;
    this.#directory = directory;
    this.#sandbox = sandbox;
    this.#isKnown = isKnown;
    const { config, faults } = sandbox.description;
    this.panel = new Panel(faults);
    this.#url = `http://127.0.0.1:${parse(readFileSync(config, "utf8")).api.port}`;
  }

  start(): void {
    this.#serve = new ServeProcess(
      this.#sandbox.description.config,
      join(this.#directory, "serve.log"),
    );
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const serve = this.#serve;
    this.#serve = undefined;
    await serve?.end(signal);
  }

  /** Until all is well, and all that a decision needs of that is known. */
  async untilHealthy(): Promise<void> {
    await this.until("it is healthy", async () => {
      const { primary, clusters } = await this.#get<ApplicationStatus>("/v1/applications/shop");
      if (primary !== "blue" || clusters.some(({ verdict }) => verdict !== "healthy")) return false;
      const { guards } = await this.explain();
      const against = guards.filter(({ whyNot }) => whyNot !== undefined);
      if (against.some(({ name }) => name !== "verdict")) return false;
      if (this.#isKnown) return true;
      const types = new Set((await this.journal()).map(({ type }) => type));
      this.#isKnown = types.has("application.adopted") && types.has("workload.seen");
      return this.#isKnown;
    });
  }

  /** While serve starts it gives no answer: that is not yet. */
  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const deadlineMs = this.clock.monotonicMs() + WITHIN_MS;
    let last = "it did not hold";
    for (;;) {
      this.#serve?.assertRunning();
      const holds = await condition().catch((error: unknown) => {
        last = String(error);
        return false;
      });
      if (holds) return;
      if (this.clock.monotonicMs() > deadlineMs)
        throw new Error(`${what}: not within ${WITHIN_MS} ms: ${last}\n${await this.#story()}`);
      await this.clock.sleep(POLL_MS, NEVER);
    }
  }

  /** What people would look at. */
  async #story(): Promise<string> {
    const events = await this.journal().catch(() => []);
    const tail = events.slice(-LAST_EVENTS).map((event) => JSON.stringify(event).slice(0, 400));
    return `${this.#serve?.said()}\n${tail.join("\n")}`;
  }

  explain(): Promise<Explanation> {
    return this.#get("/v1/applications/shop/explain");
  }

  async journal(): Promise<readonly JournalEvent[]> {
    const { events, bad } = parseJournal(await this.#text("/v1/audit/journal"));
    if (bad.length > 0) throw new Error(`not a journal: ${JSON.stringify(bad[0])}`);
    return events;
  }

  async operations(): Promise<readonly OperationSummary[]> {
    const path = "/v1/operations?application=shop";
    return (await this.#get<{ operations: readonly OperationSummary[] }>(path)).operations;
  }

  /** As a person asks for it: the operation's id. */
  async request(kind: string): Promise<string> {
    const { token } = this.#sandbox.description;
    const { operation } = await callJson<{ readonly operation: string }>(
      `${this.#url}/v1/operations`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "idempotency-key": `kill-${kind}` },
        json: { application: "shop", kind },
        timeoutMs: OPENED_WITHIN_MS,
      },
    );
    return operation;
  }

  report(id: string): Promise<Report> {
    return this.#get(`/v1/operations/${id}/report`);
  }

  look(cluster: "blue" | "green"): Promise<ClusterSeen> {
    const token = readFileSync(join(this.#directory, "store-token"), "utf8").trim();
    return readCluster(cluster, this.#sandbox.description, token);
  }

  /** Sends an order to the shop at that address, as a user does: which cluster took it. */
  async order(id: string, address: string): Promise<string> {
    const { name, port } = this.#sandbox.description.shop;
    const url = `http://${address}:${port}/orders`;
    const call = { method: "POST", headers: { host: name }, json: { id } } as const;
    return (await callJson<{ readonly cluster: string }>(url, call)).cluster;
  }

  /** Of each order in green's store, its id. */
  async orders(): Promise<readonly string[]> {
    const url = `${this.#sandbox.description.store.green}/entries`;
    const { entries } = await callJson<{ entries: readonly { readonly id: string }[] }>(url);
    return entries.map(({ id }) => id);
  }

  /** Serve's data directory, while it does not run. */
  get data(): string {
    return join(this.#directory, "data");
  }

  async close(): Promise<void> {
    await this.end("SIGKILL");
    await this.#sandbox.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #get<T>(path: string): Promise<T> {
    return JSON.parse(await this.#text(path)) as T;
  }

  #text(path: string): Promise<string> {
    const { token } = this.#sandbox.description;
    return callText(this.#url + path, { headers: { authorization: `Bearer ${token}` } });
  }
}

/** Of the pods: long enough that on a busy machine they are waited for. */
const STARTUP_MS = 300;
/** On a machine that has other things to do. */
const WITHIN_MS = 90_000;
/** Longer than a call of it is held. */
const OPENED_WITHIN_MS = 60_000;
const LAST_EVENTS = 15;
/** Asking costs what serve could do meanwhile. */
const POLL_MS = 100;
const NEVER = new AbortController().signal;
