import { join } from "node:path";
import type { SystemClock } from "../../adapters/clock/system-clock.ts";
import { GreenlightError } from "../../domain/errors.ts";
import { type Client, createClient } from "../client.ts";
import { Child } from "./child.ts";
import { readWorldFile, type WorldFile } from "./world-file.ts";

export interface WorldTools {
  readonly clock: SystemClock;
  readonly signal: AbortSignal;
  /** For the sandbox, beside its directory. */
  readonly sandboxFlags?: readonly string[];
}

/** A sandbox and a Greenlight that looks after it, each a process of its own. */
export class World {
  readonly file: WorldFile;
  readonly client: Client;
  readonly #directory: string;
  readonly #tools: WorldTools;
  readonly #sandbox: Child;
  #greenlight: Child | undefined;

  /** Both processes are started; Greenlight may not answer yet. */
  static async start(directory: string, tools: WorldTools): Promise<World> {
    const flags = ["--dir", directory, ...(tools.sandboxFlags ?? [])];
    const sandbox = new Child(["sandbox", ...flags], join(directory, "sandbox.log"));
    try {
      const file = await wait(tools, async () => {
        sandbox.assertRunning();
        return await readWorldFile(directory);
      });
      const world = new World({ directory, file, sandbox }, tools);
      world.startGreenlight();
      return world;
    } catch (error) {
      await sandbox.kill();
      throw error;
    }
  }

  private constructor(
    { directory, file, sandbox }: { directory: string; file: WorldFile; sandbox: Child },
    tools: WorldTools,
  ) {
    this.file = file;
    this.#directory = directory;
    this.#sandbox = sandbox;
    this.#tools = tools;
    this.client = createClient({ url: file.url, token: file.token }, tools.clock);
  }

  /** It settles what it finds in the journal. */
  startGreenlight(): void {
    const log = join(this.#directory, "serve.log");
    this.#greenlight = new Child(["serve", this.file.config], log);
  }

  /** Until the question has an answer; rejects when a process has ended, or after a minute. */
  async until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    return await wait(this.#tools, async () => {
      this.assertRunning();
      return await ask();
    });
  }

  assertRunning(): void {
    this.#sandbox.assertRunning();
    this.#greenlight?.assertRunning();
  }

  async killGreenlight(): Promise<void> {
    await this.#greenlight?.kill();
    this.#greenlight = undefined;
  }

  async stallGreenlight(ms: number): Promise<void> {
    const { clock, signal } = this.#tools;
    this.#greenlight?.signal("SIGSTOP");
    await clock.sleep(ms, signal).finally(() => this.#greenlight?.signal("SIGCONT"));
  }

  async stopGreenlight(): Promise<void> {
    await this.#greenlight?.stop(this.#tools.clock);
    this.#greenlight = undefined;
  }

  async stop(): Promise<void> {
    await Promise.all([this.stopGreenlight(), this.#sandbox.stop(this.#tools.clock)]);
  }
}

async function wait<T>(
  { clock, signal }: WorldTools,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadlineMs = clock.monotonicMs() + START_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (clock.monotonicMs() > deadlineMs)
      throw new GreenlightError("GL_UNREACHABLE", `it was not ready within ${START_MS} ms`);
    await clock.sleep(POLL_MS, signal);
  }
}

const START_MS = 60_000;
const POLL_MS = 30;
