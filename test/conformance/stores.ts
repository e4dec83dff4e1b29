import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { DataStatus } from "../../src/domain/data-status.ts";
import { lossBound } from "../../src/domain/loss-bound.ts";
import type { Data } from "../../src/drivers/data/data.ts";
import type { Driver } from "../../src/engine/ports/driver.ts";
import { eventually } from "../fakes/until.ts";

type Cluster = "blue" | "green";
type StoreDriver = Driver<Data, DataStatus>;

/** Blue, a primary that beats when it is looked at or by itself, and green, its standby. */
export interface OpenedStores {
  readonly blue: StoreDriver;
  readonly green: StoreDriver;
  /** As a client. False: it is not taken. */
  write(cluster: Cluster, id: string): Promise<boolean>;
  has(cluster: Cluster, id: string): Promise<boolean>;
  /** Green hears of blue no more, which lives on. */
  cut(): Promise<void>;
  /** Blue dies. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** What two stores say of each other and keep between them, whatever they are; in real time. */
export function describeStores(name: string, open: () => Promise<OpenedStores>): void {
  describe(`${name}, a primary and its standby`, () => {
    const { signal } = new AbortController();
    let stores: OpenedStores;
    beforeEach(async () => {
      stores = await open();
      await follows();
    }, 30_000);
    afterEach(() => stores.close());

    const look = (cluster: Cluster) => stores[cluster].observe(signal);
    const apply = (cluster: Cluster, role: Data["role"], sequence: number, epoch = 5) =>
      stores[cluster].apply({ role }, { epoch, sequence, signal });
    const once = async (cluster: Cluster, holds: (status: DataStatus) => boolean) => {
      let seen = await look(cluster);
      const holdsNow = async () => {
        seen = await look(cluster);
        return holds(seen);
      };
      await eventually(holdsNow, { withinMs: 10_000, everyMs: 20 });
      return seen;
    };
    const follows = async () => {
      const { position } = await look("blue");
      const isThere = (seen: DataStatus) => seen.linkUp === true && seen.position >= position;
      return await once("green", (seen) => isThere(seen) && seen.heartbeatAt !== null);
    };

    test("what the standby has reached, it has", async () => {
      expect(await stores.write("blue", "one")).toBe(true);
      expect(await stores.write("green", "two")).toBe(false);
      const primary = await look("blue");
      expect(primary).toMatchObject({ role: "primary", linkUp: null, lagMs: null });
      expect(primary.confidence).toBe("proven");
      const standby = await once("green", ({ position }) => position >= primary.position);
      expect(standby).toMatchObject({ role: "standby", confidence: "estimated" });
      expect(standby.engine).toBe(primary.engine);
      expect(await stores.has("green", "one")).toBe(true);
      const { lagMs } = await once("green", (seen) => seen.lagMs !== null);
      expect(lagMs).toBeLessThan(2_000);
    });

    test("a standby that was cut off says no lag, and its heartbeat stands still", async () => {
      await stores.cut();
      const cut = await once("green", ({ linkUp }) => linkUp === false);
      expect(await stores.write("blue", "lost")).toBe(true);
      const { position } = await once("blue", (seen) => seen.heartbeatAt !== cut.heartbeatAt);
      const now = await look("green");
      expect(now).toMatchObject({ linkUp: false, lagMs: null, heartbeatAt: cut.heartbeatAt });
      expect(now.confidence).toBe("estimated");
      expect(now.position).toBeLessThan(position);
      expect(await stores.has("green", "lost")).toBe(false);
    });

    test("a fenced store takes nothing, and the standby gets to its last position", async () => {
      await stores.write("blue", "one");
      await apply("blue", "fenced", 1);
      expect(await stores.write("blue", "late")).toBe(false);
      const primary = await look("blue");
      expect(primary).toMatchObject({ role: "fenced", confidence: "proven", sequence: 1 });
      const standby = await once("green", ({ position }) => position >= primary.position);
      const now = Math.max(primary.observedAt, standby.observedAt);
      const bound = lossBound({ firstFailedAt: null, standby, primary, now });
      expect(bound).toMatchObject({ ms: 0, confidence: "proven" });
      await apply("green", "primary", 2);
      expect(await stores.has("green", "one")).toBe(true);
      expect(await stores.write("green", "two")).toBe(true);
      const stale = { code: "GL_EPOCH_STALE" };
      await expect(apply("green", "fenced", 9, 4)).rejects.toMatchObject(stale);
      await expect(apply("blue", "primary", 9, 4)).rejects.toMatchObject(stale);
      expect(await look("green")).toMatchObject({ role: "primary", epoch: 5, sequence: 2 });
    });

    test("the standby of a dead primary knows its last heartbeat, and takes over", async () => {
      await stores.write("blue", "one");
      await follows();
      await stores.kill();
      await expect(look("blue")).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
      const standby = await once("green", ({ linkUp }) => linkUp === false);
      expect(standby).toMatchObject({ lagMs: null, confidence: "estimated" });
      await apply("green", "primary", 2);
      const green = await look("green");
      expect(green).toMatchObject({ role: "primary", linkUp: null, epoch: 5, sequence: 2 });
      expect(stores.green.whyNotReached(green, { role: "primary" })).toBeUndefined();
      expect(await stores.has("green", "one")).toBe(true);
      expect(await stores.write("green", "two")).toBe(true);
    });
  });
}
