import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createLog } from "../../adapters/log/log.ts";
import { GreenlightError } from "../../domain/errors.ts";
import { untilToldToStop } from "../../runtime/lifecycle.ts";
import { faultObjects, renderFaults } from "../demo/fault-list.ts";
import { FAULTS } from "../demo/fault-table.ts";
import { type RunTools, runDemo } from "../demo/run-demo.ts";
import { runStory, STORIES } from "../demo/run-story.ts";
import { Screen } from "../demo/screen.ts";
import type { World } from "../demo/world.ts";
import { renderAskGreenlight, renderLookAround } from "../render/look-around.ts";
import type { Terminal } from "../terminal.ts";

export interface DemoFlags {
  readonly terminal: Terminal;
  readonly keep: boolean;
  readonly json: boolean;
  readonly directory: string | undefined;
}

/** What is shown: one fault alone, or the whole story, or one part of it. */
export interface Shown {
  readonly fault: string | undefined;
  readonly only: string | undefined;
}

/** Its exit status. Rejects with GL_USAGE for a fault that there is not, and a used directory. */
export async function demo(shown: Shown, flags: DemoFlags): Promise<number> {
  const { terminal, keep, json } = flags;
  const run = runnerOf(shown);
  const { clock } = terminal;
  const directory = await emptyDirectory(flags.directory);
  const signal = untilToldToStop(createLog({ level: "warn", format: "pretty" }));
  const screen = new Screen({ out: (text) => terminal.out(text), clock, json });
  const whenOver = (world: World) => leaveRunning(world, { terminal, signal });
  try {
    const tools = { clock, screen, signal, ...(keep && { whenOver }) };
    return (await run(directory, tools)) ? 0 : NOT_AS_EXPECTED;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    // The reports and the logs stay.
    await rm(join(directory, "data"), { recursive: true, force: true });
  }
}

type Run = (directory: string, tools: RunTools) => Promise<boolean>;

function runnerOf({ fault: kind, only = "all" }: Shown): Run {
  if (kind === undefined) {
    const scenes = STORIES[only] ?? [];
    return (directory, tools) => runStory({ directory, scenes }, tools);
  }
  const fault = Object.hasOwn(FAULTS, kind) ? FAULTS[kind] : undefined;
  if (fault) return (directory, tools) => runDemo({ directory, kind, fault }, tools);
  throw new GreenlightError("GL_USAGE", `no fault ${kind}: see greenlight demo --faults`);
}

export async function listFaults(terminal: Terminal, { json }: { json: boolean }): Promise<void> {
  const objects = faultObjects().map((one) => `${JSON.stringify(one)}\n`);
  await terminal.out(json ? objects.join("") : renderFaults());
}

async function emptyDirectory(given: string | undefined): Promise<string> {
  if (given === undefined) return await mkdtemp(join(tmpdir(), "greenlight-demo-"));
  const directory = resolve(given);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const files = await readdir(directory);
  if (files.length > 0) throw new GreenlightError("GL_USAGE", `${given} is not empty`);
  return directory;
}

async function leaveRunning(
  { file }: World,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<void> {
  const text =
    "\nAll of it runs until Ctrl-C. Look around in another terminal:\n\n" +
    `${renderLookAround(file)}\n${renderAskGreenlight(file)}`;
  terminal.err(text);
  await new Promise((resolve_) => {
    signal.addEventListener("abort", resolve_, { once: true });
    if (signal.aborted) resolve_(undefined);
  });
}

const NOT_AS_EXPECTED = 3;
/** 128 + SIGINT, as shells say it. */
const INTERRUPTED = 130;
