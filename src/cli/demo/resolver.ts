import type { SystemClock } from "../../adapters/clock/system-clock.ts";
import type { DnsClient } from "../../adapters/dns-message/client.ts";
import type { Endpoint } from "../../adapters/dns-message/endpoint.ts";
import { TYPE } from "../../adapters/dns-message/message.ts";
import { decodeAddress } from "../../adapters/dns-message/record-data.ts";
import { GreenlightError } from "../../domain/errors.ts";

export interface ResolverOptions {
  readonly name: string;
  readonly server: Endpoint;
  readonly dns: DnsClient;
  readonly clock: SystemClock;
}

/** Keeps an answer for as long as its TTL allows, as every client's resolver does. */
export class Resolver {
  readonly #options: ResolverOptions;
  #known: { readonly address: string; readonly untilMs: number } | undefined;
  #asking: Promise<string> | undefined;

  constructor(options: ResolverOptions) {
    this.#options = options;
  }

  /** The name's address. Rejects where the server does not answer, or has none. */
  async resolve(signal: AbortSignal): Promise<string> {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#known && nowMs < this.#known.untilMs) return this.#known.address;
    this.#asking ??= this.#ask(signal).finally(() => {
      this.#asking = undefined;
    });
    return await this.#asking;
  }

  async #ask(signal: AbortSignal): Promise<string> {
    const { name, server, dns, clock } = this.#options;
    const askedMs = clock.monotonicMs();
    const [record] = await dns.ask(server, { name, type: TYPE.a }, signal);
    if (!record) throw new GreenlightError("GL_NOT_FOUND", `${name} has no address`);
    const address = decodeAddress(record.data);
    this.#known = { address, untilMs: askedMs + record.ttlSeconds * 1000 };
    return address;
  }
}
