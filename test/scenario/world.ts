import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { randomSecret } from "../../src/adapters/chance/random-secret.ts";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { JournalEvent } from "../../src/domain/event.ts";
import type { Explanation } from "../../src/domain/explain.ts";
import { parseJournal } from "../../src/domain/journal-text.ts";
import type { Message } from "../../src/engine/ports/notifier.ts";
import type { ApplicationStatus, OperationSummary } from "../../src/runtime/control.ts";
import type { OperationDetail } from "../../src/runtime/operation-detail.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import type { SandboxDescription } from "../../src/sandbox/sandbox-file.ts";
import { eventually } from "../fakes/until.ts";
import { runCli } from "./child.ts";
import { askJson } from "./http-json.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import { Kube } from "./kube.ts";
import { Panel } from "./panel.ts";
import { Serve, type ServeOptions } from "./serve.ts";
import { changeConfig, type WorldOptions } from "./world-file.ts";
import { readZone, type ZoneState } from "./zone.ts";

const ADDRESSES = { blue: "127.0.0.2", green: "127.0.0.3" } as const;
export const VANTAGES = ["127.0.0.11", "127.0.0.12", "127.0.0.13"] as const;

/** One that starts, is driven somewhere and ends there, on a machine that has other things to do. */
export const OF_A_WORLD_MS = 90_000;

const SOON = { withinMs: 60_000, everyMs: 40 };

/** The sandbox in this process, `greenlight serve` in one of its own, and people's ways to both. */
export class World {
  readonly description: SandboxDescription;
  readonly directory: string;
  readonly panel: Panel;
  readonly kube: Kube;
  readonly inbox: Inbox;
  readonly url: string;
  readonly #sandbox: Sandbox;
  #serve: Serve | undefined;

  /** Use `openWorld`. */
  constructor(sandbox: Sandbox, inbox: Inbox, at: { directory: string; url: string }) {
    this.#sandbox = sandbox;
    this.inbox = inbox;
    this.description = sandbox.description;
    this.directory = at.directory;
    this.url = at.url;
    this.panel = new Panel(sandbox.description.faults);
    this.kube = new Kube(sandbox.description.kubeconfig);
  }

  /** The process that runs now. */
  get serve(): Serve {
    if (!this.#serve) throw new Error("nothing serves yet");
    return this.#serve;
  }

  /** Starts it, for the first time or again, until it can do its work. */
  async start(command: ServeOptions["command"] = ["serve"]): Promise<void> {
    const { config, token } = this.description;
    this.#serve = new Serve({ config, url: this.url, token, command });
    await this.#serve.ready();
  }

  /** Until it has seen everything that a decision needs while all is well. */
  async settled(): Promise<void> {
    await this.explained(({ verdicts }) => verdicts.every(({ verdict }) => verdict === "healthy"));
    await eventually(
      async () => (await this.events()).some(({ type }) => type === "workload.seen"),
      SOON,
    );
  }

  /** All that the journal has. */
  async events(): Promise<readonly JournalEvent[]> {
    const text = await this.serve.api("/v1/audit/journal");
    return parseJournal(text.json).events;
  }

  async explain(): Promise<Explanation> {
    return (await this.serve.api("/v1/applications/shop/explain")).json;
  }

  /** Until it explains itself so. */
  async explained(isMeant: (explanation: Explanation) => boolean): Promise<Explanation> {
    let last: Explanation | undefined;
    try {
      await eventually(async () => {
        last = await this.explain();
        return isMeant(last);
      }, SOON);
    } catch (error) {
      throw new Error(`explain never said so: ${JSON.stringify(last, undefined, 1)}`, {
        cause: error,
      });
    }
    return last as Explanation;
  }

  async application(): Promise<ApplicationStatus> {
    return (await this.serve.api("/v1/applications/shop")).json;
  }

  async operations(): Promise<readonly OperationSummary[]> {
    return (await this.serve.api("/v1/operations")).json.operations;
  }

  async operation(id: string): Promise<OperationDetail> {
    return (await this.serve.api(`/v1/operations/${id}`)).json;
  }

  /** Until there is one that is not ended: its id. */
  async opened(): Promise<string> {
    let id: string | undefined;
    await eventually(async () => {
      id = (await this.operations()).find(({ ended }) => !ended)?.id;
      return id !== undefined;
    }, SOON);
    return id ?? "";
  }

  /** Until it is in one of these states; rejects with all that is known of it. */
  async reached(id: string, ...states: readonly string[]): Promise<OperationDetail> {
    let last: OperationDetail | undefined;
    try {
      await eventually(async () => {
        last = await this.operation(id);
        return states.includes(last.state);
      }, SOON);
    } catch (error) {
      const { state, because, steps } = last ?? {};
      throw new Error(`${id}: ${JSON.stringify({ state, because, steps })}`, { cause: error });
    }
    return last as OperationDetail;
  }

  /** Until one of its steps is in that state. */
  async stepIs(id: string, step: string, state: string): Promise<void> {
    await eventually(async () => {
      const { steps } = await this.operation(id);
      return steps.some((one) => one.id === step && one.state === state);
    }, SOON);
  }

  /** Until it is the primary, as far as anyone who looks can see. */
  async movedTo(cluster: "blue" | "green"): Promise<void> {
    await this.explained(({ primary }) => primary === cluster);
    expect((await this.zone()).addresses).toEqual([ADDRESSES[cluster]]);
    expect(await this.storeRole(cluster)).toBe("primary");
  }

  /** Until a decision that was held has become a move, and that has succeeded: its id. */
  async movedByItself(): Promise<string> {
    const id = await this.opened();
    const { by } = await this.reached(id, "succeeded");
    expect(by).toBe("decision");
    await this.movedTo("green");
    const decisions = await this.decisions();
    expect(decisions.slice(decisions.lastIndexOf("hold"))).toContain("move");
    return id;
  }

  /** Opens one as people do: its id. */
  async request(kind: string): Promise<string> {
    const key = { "idempotency-key": `${kind}-${randomSecret()}` };
    const { status, json } = await this.serve.post(
      "/v1/operations",
      { application: "shop", kind },
      key,
    );
    if (status !== 202) throw new Error(`${status}: ${JSON.stringify(json)}`);
    return json.operation;
  }

  /** What the decisions were, the first first. */
  async decisions(): Promise<readonly string[]> {
    const events = await this.events();
    return events.flatMap((event) => (event.type === "decision.made" ? [event.action] : []));
  }

  /** Until somebody was told so. */
  async told(pattern: RegExp): Promise<Message> {
    const find = () => this.inbox.messages.find(({ title, text }) => pattern.test(title + text));
    await eventually(() => find() !== undefined, SOON).catch((error: unknown) => {
      throw new Error(`nobody was told: ${JSON.stringify(this.inbox.messages)}`, { cause: error });
    });
    return find() as Message;
  }

  /** Runs a command of the operator. */
  async cli(...args: readonly string[]) {
    const { token } = this.description;
    return await runCli(args, { GREENLIGHT_URL: this.url, GREENLIGHT_TOKEN: token });
  }

  async storeRole(cluster: "blue" | "green"): Promise<string> {
    const authorization = `Bearer ${readFileSync(join(this.directory, "store-token"), "utf8").trim()}`;
    const url = `${this.description.store[cluster]}/status`;
    return (await askJson(url, { headers: { authorization } })).json.role;
  }

  async zone(): Promise<ZoneState> {
    return await readZone(this.description.dns.address);
  }

  /** Needs no more than one that failed to open has. */
  async close(): Promise<void> {
    if (this.#serve?.child.isRunning) await this.#serve.child.kill();
    await this.inbox.close();
    await this.#sandbox.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The sandbox alone: nobody watches it yet. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), "greenlight-scenario-"));
  const clock = new SystemClock();
  const onTrouble = (error: unknown) => {
    throw error;
  };
  const tools = { directory, clock, chance: createChance(clock), onTrouble };
  const sandbox = await createSandbox({ ...tools, startupDelayMs: 20 });
  const inbox = await openInbox();
  const url = changeConfig(sandbox.description.config, inbox, { ...options, directory });
  return new World(sandbox, inbox, { directory, url });
}

/** A world in which all is well, and is known to be. */
export async function openSettledWorld(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  try {
    await world.start();
    await world.settled();
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}
