import { CarriedBus } from "../../src/adapters/bus/carried-bus.ts";
import type { Carrier } from "../../src/adapters/bus/carrier.ts";
import { createFallbackCarrier } from "../../src/adapters/bus/fallback-bus.ts";
import { createHttpCarrier } from "../../src/adapters/bus/http-bus.ts";
import {
  type SignalListener,
  startSignalListener,
} from "../../src/adapters/bus/signal-listener.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { busTools } from "./bus-tools.ts";

const clock = new SystemClock();

/** Ends of a bus over HTTP, what they complained of and refused, and how all of it is closed. */
export class BusRig {
  readonly errors: Error[] = [];
  readonly refused: string[] = [];
  readonly #closers: (() => Promise<void>)[] = [];

  async hear(): Promise<SignalListener> {
    const listener = await startSignalListener({ port: 0, clock });
    this.#closers.push(() => listener.close());
    return listener;
  }

  /** With a first way, or by HTTP alone. */
  busOf(
    sender: string,
    listener: SignalListener | undefined,
    { urls, first }: { readonly urls: readonly string[]; readonly first?: Carrier },
  ): CarriedBus {
    const http = createHttpCarrier({ clock, urls, listener });
    return this.carriedBy(first ? createFallbackCarrier(first, http, { clock }) : http, sender);
  }

  carriedBy(carrier: Carrier, sender: string): CarriedBus {
    const onError = (error: Error) => this.errors.push(error);
    const onRefused = (why: string) => this.refused.push(why);
    const bus = new CarriedBus(carrier, busTools({ sender, onError, onRefused }));
    this.#closers.push(() => bus.close());
    return bus;
  }

  /** Tells them a text as it is. */
  speakerTo(...urls: readonly string[]): Carrier {
    const carrier = createHttpCarrier({ clock, urls });
    this.#closers.push(() => carrier.close());
    return carrier;
  }

  async close(): Promise<void> {
    this.errors.length = 0;
    this.refused.length = 0;
    for (const end of this.#closers.splice(0).toReversed()) await end();
  }
}

/** Takes nothing, and brings nothing. */
export const DEAD: Carrier = {
  send: () => Promise.reject(new Error("away")),
  receive: () => () => undefined,
  close: async () => undefined,
};
