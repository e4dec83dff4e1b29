import { closeSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { findFreePort } from "../../src/sandbox/free-port.ts";

const clock = new SystemClock();
const chance = createChance(clock);

/**
 * For a server that can't choose: no outgoing connection takes it, also while the server is away, no
 * sandbox, and no test that runs at the same time, in whichever process.
 */
export async function freePort(hosts: readonly string[] = ["127.0.0.1"]): Promise<number> {
  mkdirSync(PLACE, { recursive: true });
  for (;;) {
    const port = await findFreePort(hosts, chance, { range: [10_000, 20_000] });
    if (reserve(join(PLACE, `${port}`))) return port;
  }
}

function reserve(file: string): boolean {
  const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (clock.wallMs() - mtimeMs < KEPT_MS) return false;
  rmSync(file, { force: true });
  try {
    closeSync(openSync(file, "wx"));
    return true;
  } catch {
    // Another was faster.
    return false;
  }
}

const PLACE = join(tmpdir(), "greenlight-test-ports");
/** Longer than any suite. */
const KEPT_MS = 1_800_000;
