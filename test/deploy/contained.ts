import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { environment } from "../../src/runtime/environment.ts";
import { eventually } from "../fakes/until.ts";
import { ROOT } from "./compose-file.ts";
import type { Stage } from "./stage.ts";

export interface ContainedOptions {
  /** Whose the process is; its parent's, where that is not root. */
  readonly user?: { readonly uid?: number; readonly gid?: number };
  /** Besides the compose file's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A service of the compose file as a process: exactly its command and environment, localised. */
export class Contained {
  readonly name: string;
  readonly #stage: Stage;
  readonly #options: ContainedOptions;
  #process: ChildProcess | undefined;
  said = "";

  constructor(stage: Stage, name: string, options: ContainedOptions = {}) {
    this.name = name;
    this.#stage = stage;
    this.#options = options;
  }

  start(): void {
    const started = this.#spawn(this.#stage.service(this.name).command);
    for (const stream of [started.stdout, started.stderr])
      stream?.on("data", (text: Buffer) => {
        this.said = (this.said + text.toString("utf8")).slice(-SAID_CHARACTERS);
      });
    this.#process = started;
  }

  /** Until its health check passes; rejects with what it said when it has ended. */
  async healthy({ withinMs }: { readonly withinMs: number }): Promise<void> {
    const asked = async () => {
      if (!this.isRunning) throw new Error(`${this.name} ended:\n${this.said}`);
      return await this.isHealthy();
    };
    await eventually(asked, { withinMs, everyMs: 200 }).catch((cause: unknown) => {
      throw new Error(`${this.name} is not healthy:\n${this.said}`, { cause });
    });
  }

  /** Runs the health check once, as the engine would do it. */
  async isHealthy(): Promise<boolean> {
    const [how, ...words] = this.#stage.service(this.name).healthcheck.test;
    if (how !== "CMD" && how !== "CMD-SHELL") throw new Error(`a health check by ${how}`);
    const asking = this.#spawn(how === "CMD" ? words : ["/bin/sh", "-c", ...words]);
    const [code] = await once(asking, "close");
    return code === 0;
  }

  get isRunning(): boolean {
    const { exitCode, signalCode } = this.#process ?? {};
    return exitCode === null && signalCode === null;
  }

  /** Its exit status when it was asked to end; rejects when it is still there after that. */
  async stop({ withinMs }: { readonly withinMs: number }): Promise<number | null | undefined> {
    this.#process?.kill("SIGTERM");
    await eventually(() => !this.isRunning, { withinMs }).catch((cause: unknown) => {
      throw new Error(`${this.name} does not end:\n${this.said}`, { cause });
    });
    return this.#process?.exitCode;
  }

  /** Whatever it does. */
  async kill(): Promise<void> {
    if (this.#process === undefined || !this.isRunning) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  #spawn(words: readonly string[]): ChildProcess {
    const [program = "", ...args] = words.map((word) => this.#stage.localise(this.name, word));
    return spawn(program, args, {
      cwd: ROOT,
      env: this.#env(),
      stdio: ["ignore", "pipe", "pipe"],
      ...this.#options.user,
    });
  }

  /** A container has nothing of its host's. */
  #env(): Readonly<Record<string, string>> {
    const own = Object.entries(this.#stage.service(this.name).environment);
    const { PATH = "" } = environment;
    return {
      PATH: [dirname(process.execPath), SERVERS, PATH].join(":"),
      NODE_ENV: "production",
      ...Object.fromEntries(own.map(([key, text]) => [key, this.#stage.localise(this.name, text)])),
      ...this.#options.env,
    };
  }
}

/** Where Debian has PostgreSQL's. */
const SERVERS = "/usr/lib/postgresql/15/bin";
const SAID_CHARACTERS = 20_000;
