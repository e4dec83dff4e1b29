import type { RequestListener } from "node:http";
import type { TlsOptions } from "node:tls";
import { Agent } from "undici";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createCallHttp } from "../../src/adapters/http/http-call.ts";
import { CallLog } from "../../src/sandbox/call-log.ts";
import { Faults } from "../../src/sandbox/faults.ts";
import { findFreePort } from "../../src/sandbox/free-port.ts";
import { Holds } from "../../src/sandbox/holds.ts";
import { createHttpFront } from "../../src/sandbox/http-front.ts";

/** The outermost layers of the store of blue, with something behind them, on a real socket. */
export async function openFront(inner: RequestListener, tls?: TlsOptions) {
  const clock = new SystemClock();
  const chance = createChance(clock);
  const faults = new Faults({ blue: "127.0.0.2", green: "127.0.0.3" });
  const shared = { faults, clock, chance, holds: new Holds(), calls: new CallLog() };
  const address = { host: "127.0.0.2", port: await findFreePort(["127.0.0.2"], chance) };
  const place = { part: "store", cluster: "blue" } as const;
  const front = createHttpFront(inner, { address, place, tls, ...shared });
  await front.setOpen(true);
  return { ...shared, address, place, front };
}

/** A client at an address, with connections that it keeps. */
export function openClient(localAddress = "127.0.0.1") {
  const agent = new Agent({ localAddress, connect: { rejectUnauthorized: false } });
  const call = createCallHttp(agent, new SystemClock());
  const end = new AbortController();
  return {
    get: (url: string, timeoutMs = 2_000) => call({ method: "GET", url, timeoutMs }, end.signal),
    close: () => {
      end.abort(new Error("closed"));
      return agent.destroy();
    },
  };
}
