import { expect, test } from "@jest/globals";
import { comeBetween } from "../fakes/come-between.ts";
import { MemoryStore } from "../fakes/memory-store.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { describeDriver } from "./driver.ts";

/** Its wall clock stands still, so that what is observed twice can be compared. */
class StoppedClock extends VirtualClock {
  override wallMs(): number {
    return 1_767_225_600_000;
  }
}

describeDriver({
  name: "data/memory",
  async open() {
    const clock = new StoppedClock();
    const store = new MemoryStore(clock);
    store.setSilent(true);
    return {
      driver: store,
      desired: [{ role: "fenced" }, { role: "standby" }],
      run: (task) => clock.run(task),
      changes: () => store.counts().changes,
      writes: () => store.counts().writes,
      ...comeBetween(store),
      editForeign: async () => {
        store.write("foreign");
      },
      whyForeignLost: async () => (store.has("foreign") ? undefined : "the order is lost"),
      close: async () => undefined,
    };
  },
});

const signal = new AbortController().signal;

/** What a standby says after so much time, its primary dead since `deadMs`. */
async function follow(setUp: (primary: MemoryStore, standby: MemoryStore) => void) {
  const clock = new VirtualClock();
  const primary = new MemoryStore(clock);
  const standby = new MemoryStore(clock, primary);
  setUp(primary, standby);
  return await clock.run(async () => {
    await clock.sleep(10_000, signal);
    const last = clock.wallMs();
    primary.write("order");
    await clock.sleep(1_000, signal);
    const linked = await standby.observe(signal);
    primary.setAway(true);
    await clock.sleep(60_000, signal);
    return { linked, dead: await standby.observe(signal), last, hasOrder: standby.has("order") };
  });
}

test("a dead primary's standby knows the newest heartbeat, however long ago", async () => {
  const { linked, dead, last, hasOrder } = await follow(() => undefined);
  expect(linked).toMatchObject({
    role: "standby",
    linkUp: true,
    lagMs: 0,
    confidence: "estimated",
  });
  expect(dead).toMatchObject({ linkUp: false, lagMs: null, confidence: "estimated" });
  expect(dead.heartbeatAt).toBe(last + 1_000);
  expect(hasOrder).toBe(true);
});

test("what lags is not there", async () => {
  const { linked, dead, last, hasOrder } = await follow((_, standby) => standby.setLag(5_000));
  expect(linked.lagMs).toBe(5_000);
  expect(dead.heartbeatAt).toBe(last - 4_000);
  expect(hasOrder).toBe(false);
});

test("a silent primary bounds nothing", async () => {
  const { linked, dead } = await follow((primary) => primary.setSilent(true));
  expect([linked.confidence, dead.confidence]).toEqual(["unknown", "unknown"]);
});
