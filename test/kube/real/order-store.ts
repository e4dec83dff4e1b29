import { Pool } from "pg";
import { bounded } from "../../../src/adapters/clock/bound.ts";
import type { Clock } from "../../../src/engine/ports/clock.ts";

export interface OrderStoreOptions {
  /** `host:port` of the servers, its own cluster's first. */
  readonly stores: readonly string[];
  readonly clock: Clock;
}

/**
 * Orders in PostgreSQL: in its own cluster's server while that takes writes, else in the other one.
 * An order is acknowledged by the server that committed it. While none takes any, it waits.
 */
export class OrderStore {
  readonly #pools: readonly Pool[];
  readonly #clock: Clock;

  constructor({ stores, clock }: OrderStoreOptions) {
    this.#clock = clock;
    this.#pools = stores.map((address) => {
      const [host = "", port] = address.split(":");
      const place = { host, port: Number(port), user: "app", database: "shop", ssl: false };
      const limits = { max: 8, connectionTimeoutMillis: CONNECT_MS, query_timeout: WRITE_MS };
      const pool = new Pool({ ...place, ...limits });
      pool.on("error", () => undefined);
      return pool;
    });
  }

  /** Its position. Written twice it is one order. Rejects when its time is over. */
  async write(id: string, signal: AbortSignal): Promise<number> {
    return await bounded({ clock: this.#clock, timeoutMs: MAX_QUEUED_MS, signal }, async (end) => {
      for (;;) {
        for (const pool of this.#pools) {
          const position = await insert(pool, id).catch(() => undefined);
          if (position !== undefined) return position;
          end.throwIfAborted();
        }
        await this.#clock.sleep(PAUSE_MS, end);
      }
    });
  }
}

async function insert(pool: Pool, id: string): Promise<number | undefined> {
  const client = await pool.connect();
  let failed: unknown = new Error("not asked yet");
  try {
    const { rows } = await client.query<{ position: string }>(INSERT, [id]);
    failed = undefined;
    return Number(rows[0]?.position);
  } catch (error) {
    failed = error;
    throw error;
  } finally {
    // One that was refused may be of a server that was fenced meanwhile.
    client.release(failed !== undefined);
  }
}

const INSERT =
  "insert into orders (id) values ($1) on conflict (id) do update set id = excluded.id returning position";
const MAX_QUEUED_MS = 2_000;
const CONNECT_MS = 300;
const WRITE_MS = 500;
const PAUSE_MS = 20;
