import pg from "pg";
import { parseHostPort } from "../schema/host-port.ts";

/** A database on a PostgreSQL server, and the role that we are there. */
export interface PostgresPlace {
  /** `host:port`. */
  readonly address: string;
  readonly database: string;
  readonly user: string;
  readonly password?: string | undefined;
  /** PEM of the authorities; empty: those of the system. Absent: in clear text. */
  readonly tls?: { readonly ca?: string | undefined } | undefined;
}

/** For people: no password in it. */
export function nameOfDatabase({ address, database }: PostgresPlace): string {
  return `PostgreSQL at ${address}, database ${database}`;
}

/**
 * Connections that are made as they are needed, and anew after they were lost. No call takes longer
 * than `withinMs`. That one was lost is told to `onError`, once, with no more than why: what the driver
 * gives has all of its connection in it.
 */
export function createPool(
  place: PostgresPlace,
  options: {
    readonly max: number;
    readonly withinMs: number;
    readonly searchPath?: string;
    readonly onError: (error: Error) => void;
  },
): pg.Pool {
  const { max, withinMs, searchPath, onError } = options;
  const { database, user, password, tls } = place;
  const pool = new pg.Pool({
    ...parseHostPort(place.address),
    database,
    user,
    ...(password !== undefined && { password }),
    ...(tls && { ssl: tls.ca ? { ca: tls.ca } : true }),
    ...(searchPath !== undefined && { options: `-c search_path=${searchPath}` }),
    application_name: "greenlight",
    max,
    keepAlive: true,
    connectionTimeoutMillis: withinMs,
    query_timeout: withinMs,
    // What nobody waits for any more, the server need not do either.
    statement_timeout: withinMs,
  });
  // Of a connection that nobody uses it tells a second time.
  pool.on("error", () => undefined);
  // One that is in use when its server dies would otherwise take the process with it.
  pool.on("connect", (client) => {
    let isLost = false;
    client.on("error", (error: Error) => {
      if (!isLost) onError(lossOf(error));
      isLost = true;
    });
  });
  return pool;
}

/** Its code, where it has one, and its message. */
function lossOf(error: Error): Error {
  const { code, message } = error as Error & { readonly code?: string };
  return new Error(code === undefined ? message : `${code}: ${message}`);
}
