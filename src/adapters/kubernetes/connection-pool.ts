import { createSecureContext } from "node:tls";
import { Pool } from "undici";
import type { Access, Credential, Tls } from "./access.ts";

interface PoolOptions {
  readonly timeoutMs: number;
  readonly localAddress?: string;
}

/** Kept connections to one API server, all of them as the one whom the latest certificate names. */
export class ConnectionPool {
  readonly #access: Access;
  readonly #options: PoolOptions;
  #latest: { readonly cert: string | undefined; readonly pool: Pool };

  constructor(access: Access, options: PoolOptions) {
    this.#access = access;
    this.#options = options;
    this.#latest = { cert: undefined, pool: open(access, { options }) };
  }

  /** The connections over which this credential speaks; without a certificate those that are there. */
  for({ cert, key }: Credential): Pool {
    if (cert === this.#latest.cert || cert === undefined || key === undefined)
      return this.#latest.pool;
    // Whoever is at work over the old ones, such as a watch, may end it.
    this.#latest.pool.close().catch(() => undefined);
    this.#latest = {
      cert,
      pool: open(this.#access, { options: this.#options, own: { cert, key } }),
    };
    return this.#latest.pool;
  }

  async close(): Promise<void> {
    await this.#latest.pool.destroy();
  }
}

function open(
  { server, tls }: Access,
  { options, own }: { readonly options: PoolOptions; readonly own?: Pick<Tls, "cert" | "key"> },
): Pool {
  const { timeoutMs, localAddress } = options;
  // The time of a request is ours to bound: undici's own timers tick once in half a second.
  return new Pool(new URL(server).origin, {
    connect: { ...contextOf({ ...tls, ...own }), timeout: timeoutMs, rejectUnauthorized: true },
    ...(localAddress !== undefined && { localAddress }),
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** Made once: it costs more than the attempt to connect, and a dead server is tried many times. */
function contextOf(tls: Tls) {
  const { servername, ...texts } = tls;
  try {
    const secureContext = createSecureContext(texts);
    return { secureContext, ...(servername !== undefined && { servername }) };
  } catch {
    // Each connection says what is wrong with them.
    return tls;
  }
}

/** Longer than between two probes; a server that closes earlier says so in its answer. */
const KEEP_ALIVE_MS = 60_000;
