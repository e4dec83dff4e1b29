import type { PostgresServer } from "../../servers/postgres.ts";
import type { ControlPlane } from "../control-plane.ts";
import type { Part } from "../part.ts";
import type { PublicPath } from "./public-path.ts";
import type { Side } from "./side.ts";

/** All that one cluster is, as its own failure takes it: nothing of the other one is in it. */
export class Region {
  readonly side: Side;
  readonly plane: ControlPlane;
  readonly publicPath: PublicPath;
  readonly shop: Part;
  readonly store: PostgresServer;

  constructor(parts: Pick<Region, "side" | "plane" | "publicPath" | "shop" | "store">) {
    this.side = parts.side;
    this.plane = parts.plane;
    this.publicPath = parts.publicPath;
    this.shop = parts.shop;
    this.store = parts.store;
  }

  /** Its way in first: nobody sees a half of it. */
  get #processes(): readonly Part[] {
    return [this.publicPath.part, this.shop, ...Object.values(this.plane.parts)];
  }

  startShop(): void {
    this.shop.start();
    this.publicPath.part.start();
  }

  /** SIGKILL to everything; settles when all of it is gone. */
  async kill(): Promise<void> {
    await Promise.all([this.store.kill(), ...this.#processes.map((part) => part.kill())]);
  }

  /** As after a power cut, with what it had. */
  async start(): Promise<void> {
    const { etcd, api, ...others } = this.plane.parts;
    etcd.start();
    api.start();
    await this.plane.ready();
    for (const part of Object.values(others)) part.start();
    this.startShop();
    await this.store.start();
  }

  /** SIGSTOP to everything: its connections stay, and nothing is answered. */
  hang(): void {
    for (const part of this.#processes) part.stop();
    this.store.hang();
  }

  wake(): void {
    this.store.wake();
    for (const part of this.#processes) part.cont();
  }

  /** Its control plane lives on, whatever was done to it. */
  async close(): Promise<void> {
    for (const part of [this.publicPath.part, this.shop]) await part.kill();
    const { etcd, api, ...others } = this.plane.parts;
    for (const part of [etcd, api]) {
      part.cont();
      part.start();
    }
    await this.plane.ready();
    for (const part of Object.values(others)) {
      part.cont();
      part.start();
    }
  }
}
