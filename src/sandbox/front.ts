import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../engine/ports/clock.ts";
import { Channel } from "./channel.ts";
import type { Faults, Place } from "./faults.ts";

/** Where a front listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface FrontOptions {
  readonly address: Address;
  readonly place: Place;
  readonly faults: Faults;
  readonly clock: Clock;
}

/**
 * The outermost layer of a TCP server: owns the listening socket and all its connections, and does
 * to them what the faults say. What is behind it gets channels and knows of no faults.
 */
export class Front {
  readonly #options: FrontOptions;
  readonly #accept: (channel: Channel) => void;
  readonly #channels = new Set<Channel>();
  readonly #unwatch: () => void;
  #server: Server | undefined;
  #isWanted = false;
  /** Openings and closings one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: FrontOptions, accept: (channel: Channel) => void) {
    this.#options = options;
    this.#accept = accept;
    this.#unwatch = options.faults.watch(() => this.#follow());
  }

  /** Whether it is to listen, as far as its owner is concerned. Settles when it does, or not. */
  async setOpen(isOpen: boolean): Promise<void> {
    this.#isWanted = isOpen;
    await this.#follow();
  }

  async close(): Promise<void> {
    this.#unwatch();
    await this.setOpen(false);
  }

  async #follow(): Promise<void> {
    for (const channel of this.#channels) channel.refresh();
    const turn = this.#turn.then(() => this.#settle());
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  async #settle(): Promise<void> {
    const { faults, place, address } = this.#options;
    const isOpen = this.#isWanted && !faults.at(place).isKilled;
    if (isOpen && !this.#server) this.#server = await listen(address, this.#take);
    if (!isOpen && this.#server) {
      const server = this.#server;
      this.#server = undefined;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const channel of this.#channels) channel.reset();
      await closed;
    }
  }

  readonly #take = (socket: Socket) => {
    const { faults, place, clock } = this.#options;
    const from = socket.remoteAddress ?? "";
    const channel = new Channel(socket, clock, () => {
      const effect = faults.at(place);
      return { isShut: effect.isHung || effect.isCut(from), slowMs: effect.slowMs };
    });
    this.#channels.add(channel);
    channel.once("close", () => this.#channels.delete(channel));
    this.#accept(channel);
  };
}

function listen({ host, port }: Address, take: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, take);
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      // A failed accept concerns one client, who sees it.
      server.on("error", () => undefined);
      resolve(server);
    });
  });
}
