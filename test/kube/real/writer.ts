import { randomSecret } from "../../../src/adapters/chance/random-secret.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { askJson } from "../../scenario/http-json.ts";

/** Writes that are sent to one address, whoever answers there. */
export function startWriter(url: string) {
  const clock = new SystemClock();
  const over = new AbortController();
  const acknowledged: string[] = [];
  const underWay = new Set<Promise<void>>();
  const write = async () => {
    const id = `beside-${randomSecret()}`;
    const body = { id };
    const headers = { "content-type": "application/json" };
    const { status } = await askJson(`${url}/orders`, { method: "POST", headers, body });
    if (status === 200) acknowledged.push(id);
  };
  const running = (async () => {
    while (!over.signal.aborted) {
      const one: Promise<void> = write()
        .catch(() => undefined)
        .finally(() => underWay.delete(one));
      underWay.add(one);
      await clock.sleep(PAUSE_MS, over.signal).catch(() => undefined);
    }
    await Promise.all(underWay);
  })();
  return {
    /** No more; the ids of those that were acknowledged. */
    stop: async (): Promise<readonly string[]> => {
      over.abort();
      await running;
      return acknowledged;
    },
  };
}

export type Writer = ReturnType<typeof startWriter>;

const PAUSE_MS = 20;
