import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { SandboxDescription } from "../../src/sandbox/sandbox-file.ts";
import { eventually } from "../fakes/until.ts";
import { Child } from "../scenario/child.ts";
import { ROOT } from "./compose-file.ts";
import { kubeconfigs } from "./scratch-secrets.ts";

/** What the containers look after: `greenlight sandbox` as a process of its own. */
export class OuterWorld {
  readonly description: SandboxDescription;
  readonly #child: Child;
  readonly #directory: string;

  constructor(child: Child, directory: string) {
    this.#child = child;
    this.#directory = directory;
    this.description = JSON.parse(this.#read("sandbox.json"));
  }

  /** What a person has to bring to the deployment. */
  secrets(): Readonly<Record<string, string>> {
    return {
      ...kubeconfigs(this.#read("kubeconfig")),
      "store-token": this.#read("store-token"),
      tsig: this.#read("tsig-key"),
    };
  }

  /**
   * The compose file's greenlight.yaml with the example in it, from `control` on, in the place of this
   * world's, and with the tokens.
   */
  config(tokens: readonly unknown[]): string {
    const own = parseDocument(this.#read("greenlight.yaml"));
    const config = parseDocument(
      readFileSync(join(ROOT, "config/compose/greenlight.yaml"), "utf8"),
    );
    for (const part of ["control", "applications"]) config.set(part, own.get(part));
    // What is asked four times a second is no picture of eight processes that share one machine.
    config.setIn(["applications", 0, "probing"], config.createNode({ preset: "standard" }));
    for (const [at, { localAddress }] of own.toJS().vantages.entries())
      config.setIn(["vantages", at, "localAddress"], localAddress);
    config.setIn(["api", "tokens"], config.createNode(tokens));
    return config
      .toString()
      .replaceAll("file/store-token", "file/secrets/store-token")
      .replaceAll("file/tsig-key", "file/secrets/tsig");
  }

  async close(): Promise<void> {
    if (this.#child.isRunning) await this.#child.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #read(name: string): string {
    return readFileSync(join(this.#directory, name), "utf8");
  }
}

export async function openOuterWorld(): Promise<OuterWorld> {
  const directory = mkdtempSync(join(tmpdir(), "greenlight-outer-"));
  const child = new Child(["sandbox", "--dir", directory]);
  try {
    await eventually(
      () => {
        if (!child.isRunning) throw new Error(`the sandbox ended: ${child.err}`);
        try {
          readFileSync(join(directory, "sandbox.json"));
          return true;
        } catch {
          return false;
        }
      },
      { withinMs: 60_000, everyMs: 50 },
    );
  } catch (error) {
    await child.kill();
    throw error;
  }
  return new OuterWorld(child, directory);
}
