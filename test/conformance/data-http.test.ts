import { Agent } from "undici";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { type CallHttp, createCallHttp } from "../../src/adapters/http/http-call.ts";
import { createData } from "../../src/drivers/data/registry.ts";
import { openStores, TOKEN } from "../fakes/sandbox-store.ts";
import { describeDriver } from "./driver.ts";
import { describeStores } from "./stores.ts";

/** Its wall clock stands still, so that what is observed twice can be compared. */
class StoppedClock extends SystemClock {
  override wallMs(): number {
    return 1_767_225_600_000;
  }
}

describeDriver({
  name: "data/http on the sandbox's store",
  async open() {
    const clock = new StoppedClock();
    const stores = await openStores({ clock });
    stores.blue.setSilent(true);
    const agent = new Agent();
    const direct = createCallHttp(agent, clock);
    let beforeWrite: (() => Promise<void>) | undefined;
    const call: CallHttp = async (request, signal) => {
      const meddle = request.method === "PUT" ? beforeWrite : undefined;
      if (meddle) beforeWrite = undefined;
      await meddle?.();
      return await direct(request, signal);
    };
    const never = new AbortController().signal;
    const url = `${stores.urls.blue}/entries`;
    return {
      driver: createData({ driver: "http", urls: stores.urls }, "blue", {
        call,
        clock,
        secret: TOKEN,
      }),
      desired: [{ role: "fenced" }, { role: "standby" }],
      run: (task) => task(),
      hang: async (verb) => {
        const method = verb === "read" ? "GET" : "PUT";
        const at = { part: "store", cluster: "blue", verb: method, from: "127.0.0.1" } as const;
        const { id } = stores.holds.add({ ...at, when: "before", skip: 0 });
        await stores.holds.untilHeld(id, never);
      },
      beforeNextWrite: (meddle) => {
        beforeWrite = meddle;
      },
      editForeign: async () => {
        const json = { id: "foreign" };
        await direct({ method: "POST", url, json, timeoutMs: 1_000 }, never);
      },
      whyForeignLost: async () => {
        const { body } = await direct({ method: "GET", url, timeoutMs: 1_000 }, never);
        return body.includes('"foreign"') ? undefined : `the order is lost: ${body}`;
      },
      close: async () => {
        await agent.destroy();
        await stores.close();
      },
    };
  },
});

describeStores("data/http on the sandbox's stores", async () => {
  const clock = new SystemClock();
  const stores = await openStores({ clock });
  const agent = new Agent();
  const call = createCallHttp(agent, clock);
  const { signal } = new AbortController();
  const config = { driver: "http", urls: stores.urls } as const;
  const tools = { call, clock, secret: TOKEN };
  const at = { part: "store", cluster: "blue" } as const;
  const green = ["127.0.0.3"];
  return {
    blue: createData(config, "blue", tools),
    green: createData(config, "green", tools),
    write: async (cluster, id) => {
      const url = `${stores.urls[cluster]}/entries`;
      const { status } = await call(
        { method: "POST", url, json: { id }, timeoutMs: 1_000 },
        signal,
      );
      return status === 200;
    },
    has: async (cluster, id) => stores[cluster].log.hasOrder(id),
    cut: async () => {
      await stores.faults.add({ kind: "partition", from: green, ...at });
    },
    kill: async () => {
      await stores.faults.add({ kind: "kill", ...at });
    },
    close: async () => {
      await agent.destroy();
      await stores.close();
    },
  };
});
