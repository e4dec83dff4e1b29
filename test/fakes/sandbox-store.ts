import { Agent } from "undici";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createCallHttp } from "../../src/adapters/http/http-call.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import { CallLog } from "../../src/sandbox/call-log.ts";
import { Faults } from "../../src/sandbox/faults.ts";
import { findFreePort } from "../../src/sandbox/free-port.ts";
import { Holds } from "../../src/sandbox/holds.ts";
import { createHttpFront } from "../../src/sandbox/http-front.ts";
import { createReadSource } from "../../src/sandbox/store/read-source.ts";
import { type Role, Store } from "../../src/sandbox/store/store.ts";
import { createStoreHandler } from "../../src/sandbox/store/store-handler.ts";

export const TOKEN = "store-token";
const HOSTS = { blue: "127.0.0.2", green: "127.0.0.3" } as const;
type Cluster = keyof typeof HOSTS;

/** Two stores behind their fronts, blue the primary and green its standby, over real sockets. */
export async function openStores({ clock = new SystemClock() }: { readonly clock?: Clock } = {}) {
  const chance = createChance(clock);
  const shared = { faults: new Faults(HOSTS), holds: new Holds(), calls: new CallLog(), chance };
  const port = await findFreePort(Object.values(HOSTS), chance);
  const urlOf = (cluster: Cluster) => `http://${HOSTS[cluster]}:${port}`;
  const open = async (cluster: Cluster, role: Role, peer: Cluster) => {
    const agent = new Agent({ localAddress: HOSTS[cluster] });
    const source = createReadSource(urlOf(peer), {
      call: createCallHttp(agent, clock),
      token: TOKEN,
    });
    const store = new Store({ clock, role, source });
    const place = { part: "store", cluster } as const;
    const address = { host: HOSTS[cluster], port };
    const handler = createStoreHandler({ store, clock, token: TOKEN });
    const front = createHttpFront(handler, { ...shared, clock, place, address });
    await front.setOpen(true);
    const close = async () => {
      store.close();
      await front.close();
      await agent.destroy();
    };
    return { store, close };
  };
  const blue = await open("blue", "primary", "green");
  const green = await open("green", "standby", "blue");
  return {
    ...shared,
    blue: blue.store,
    green: green.store,
    urls: { blue: urlOf("blue"), green: urlOf("green") },
    close: async () => {
      await Promise.all([blue.close(), green.close()]);
    },
  };
}
