import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { findFreePort } from "../../src/sandbox/free-port.ts";

/** For a server that can't choose: no outgoing connection takes it, also while the server is away. */
export async function freePort(): Promise<number> {
  return await findFreePort(["127.0.0.1"], createChance(new SystemClock()));
}
