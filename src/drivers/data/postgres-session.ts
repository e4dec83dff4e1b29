import { Socket } from "node:net";
import { Client } from "pg";
import { bounded } from "../../adapters/clock/bound.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { failureOf } from "./postgres-failure.ts";

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: "verify" | "off";
  /** For people. */
  readonly who: string;
}

/** One connection, in which one statement follows the other. */
export interface Session {
  /** Beside it: until the next look at what takes a while. */
  pause(ms: number): Promise<void>;
  /** What the last of these statements that answers with rows says: its first row's first column. */
  ask(sql: string): Promise<unknown>;
}

export interface SessionLimits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For all of it; a single statement has `STATEMENT_MS`. */
  readonly timeoutMs: number;
}

/** How Greenlight's own sessions are called; beside their user it is how a fence spares them. */
export const APPLICATION_NAME = "greenlight";

/**
 * Opens a connection, does that, closes it. The signal, or the time, destroys the socket at once,
 * and the server ends what it was doing for it. Rejects with codes of ours only.
 */
export async function withSession<T>(
  server: PostgresServer,
  { clock, signal, timeoutMs }: SessionLimits,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const socket = new Socket();
  const client = new Client({ ...optionsOf(server), stream: () => socket });
  // What a lost connection means, the pending call says.
  client.on("error", () => undefined);
  try {
    return await bounded({ clock, timeoutMs, signal }, async (bound) => {
      bound.addEventListener("abort", () => socket.destroy(), { once: true });
      const inTime = <R>(call: () => Promise<R>) =>
        bounded({ clock, timeoutMs: STATEMENT_MS, signal: bound }, call);
      await inTime(() => client.connect());
      const result = await work({
        pause: (ms) => clock.sleep(ms, bound),
        ask: async (sql) => await inTime(async () => answerOf(await query(client, sql))),
      });
      client.end().catch(() => undefined);
      socket.destroySoon();
      return result;
    });
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw failureOf(error, server.who);
  }
}

/** Not the extended protocol: several statements go in one message, and are one transaction. */
async function query(client: Client, sql: string): Promise<readonly Result[]> {
  const answer: unknown = await client.query({ text: sql, rowMode: "array" });
  return (Array.isArray(answer) ? answer : [answer]) as readonly Result[];
}

interface Result {
  readonly rows: readonly (readonly unknown[])[];
}

function answerOf(results: readonly Result[]): unknown {
  return results.findLast(({ rows }) => rows.length > 0)?.rows[0]?.[0];
}

/** Everything is said, so that nothing comes from the environment or from a password file. */
function optionsOf({ host, port, database, user, password, tls }: PostgresServer) {
  return {
    host,
    port,
    database,
    user,
    password,
    ssl: tls === "off" ? false : { rejectUnauthorized: true, host },
    application_name: APPLICATION_NAME,
    options: SETTINGS.map(([name, value]) => `-c ${name}=${value}`).join(" "),
  };
}

/** Well below a step's deadline, so that a lost answer is asked for again. */
export const STATEMENT_MS = 1_000;

/** The server keeps the deadlines too: a controller that hangs must not hold the lock for ever. */
const SETTINGS: readonly (readonly [string, string | number])[] = [
  ["statement_timeout", STATEMENT_MS],
  ["idle_session_timeout", STATEMENT_MS],
  ["idle_in_transaction_session_timeout", STATEMENT_MS],
  ["client_connection_check_interval", 250],
  // A dead synchronous standby must not hold the fence of its primary.
  ["synchronous_commit", "local"],
  // Whoever waited for the lock reads what its holder wrote.
  ["default_transaction_isolation", "read\\ committed"],
  ["search_path", "pg_catalog"],
];
