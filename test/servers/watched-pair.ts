import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { DataStatus } from "../../src/domain/data-status.ts";
import type { Data } from "../../src/drivers/data/data.ts";
import { createData, type DataConfig } from "../../src/drivers/data/registry.ts";
import type { Driver } from "../../src/engine/ports/driver.ts";
import { eventually } from "../fakes/until.ts";
import { PASSWORD, type PostgresPair, PostgresTemplate } from "./postgres-pair.ts";
import { openPostgresWire, type PostgresWire } from "./postgres-wire.ts";

type Side = "blue" | "green";
const { signal } = new AbortController();

/** How the driver is told where they are; it asks nothing over HTTP. */
export function postgresConfig({ primary, standby }: PostgresPair) {
  const hosts = { blue: primary.address, green: standby.address };
  const login = { database: "shop", user: "greenlight", tls: "off" } as const;
  return { driver: "postgres", hosts, ...login } as const;
}

export function postgresDriver(config: DataConfig, side: Side): Driver<Data, DataStatus> {
  const call = () => Promise.reject(new Error("no HTTP here"));
  return createData(config, side, { clock: new SystemClock(), call, secret: PASSWORD });
}

/** For each test of the file a primary, blue, and green, its standby, which follows it already. */
export class WatchedPair {
  #template: PostgresTemplate | undefined;
  #pair: PostgresPair | undefined;
  #link: PostgresWire | undefined;
  #drivers: Record<Side, Driver<Data, DataStatus>> | undefined;

  constructor() {
    beforeAll(async () => {
      this.#template = await PostgresTemplate.create();
    }, 60_000);
    beforeEach(async () => {
      const started = await this.#template?.start(async (port) => {
        this.#link = await openPostgresWire(port);
        return this.#link.port;
      });
      if (!started) throw new Error("no template");
      this.#pair = started;
      const writes = "select count(*) from public.orders";
      const config = { ...postgresConfig(started), writes };
      this.#drivers = {
        blue: postgresDriver(config, "blue"),
        green: postgresDriver(config, "green"),
      };
      await this.follows();
    }, 30_000);
    afterEach(async () => {
      await this.#link?.close();
      await this.#pair?.close();
    });
    afterAll(async () => await this.#template?.close());
  }

  get pair(): PostgresPair {
    if (!this.#pair) throw new Error("not started");
    return this.#pair;
  }

  /** Green's connection to blue ends, and no new one is taken. */
  cut(): void {
    this.#link?.cut();
  }

  driver(side: Side): Driver<Data, DataStatus> {
    if (!this.#drivers) throw new Error("not started");
    return this.#drivers[side];
  }

  look(side: Side): Promise<DataStatus> {
    return this.driver(side).observe(signal);
  }

  apply(side: Side, role: Data["role"], sequence: number, epoch = 5): Promise<void> {
    return this.driver(side).apply({ role }, { epoch, sequence, signal });
  }

  /** As the application does. */
  async order(id: string): Promise<void> {
    await this.pair.primary.sql(`insert into orders values ('${id}')`, { user: "app" });
  }

  /** What green says, as soon as that holds of it. */
  async once(holds: (status: DataStatus) => boolean): Promise<DataStatus> {
    let seen = await this.look("green");
    const holdsNow = async () => {
      seen = await this.look("green");
      return holds(seen);
    };
    await eventually(holdsNow, { withinMs: 10_000, everyMs: 20 });
    return seen;
  }

  /** Blue beats, and green takes the beat. */
  async follows(): Promise<DataStatus> {
    const beatAt = (await this.look("blue")).heartbeatAt ?? 0;
    return await this.once((seen) => seen.linkUp === true && (seen.heartbeatAt ?? 0) >= beatAt);
  }
}
