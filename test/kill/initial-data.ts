import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { World } from "./world.ts";

export interface InitialData {
  readonly directory: string;
  remove(): void;
}

/** The data directory of a serve that saw a world adopted and healthy, and was stopped then. */
export async function makeInitialData(): Promise<InitialData> {
  const directory = mkdtempSync(join(tmpdir(), "greenlight-kill-data-"));
  const world = await World.open();
  try {
    world.start();
    await world.untilHealthy();
    await world.end("SIGTERM");
    cpSync(world.data, directory, { recursive: true });
  } finally {
    await world.close();
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
