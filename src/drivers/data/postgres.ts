import { z } from "zod";
import { hostPort, parseHostPort } from "../../adapters/schema/host-port.ts";
import { secretRef } from "../../adapters/schema/secret-ref.ts";
import type { DataStatus } from "../../domain/data-status.ts";
import { GreenlightError } from "../../domain/errors.ts";
import { isSameFence, isStale } from "../../domain/fence.ts";
import type { Authority, Driver } from "../../engine/ports/driver.ts";
import type { Data, DataTools } from "./data.ts";
import { fence, stale, takePair, unfence } from "./postgres-fence.ts";
import { promote } from "./postgres-promote.ts";
import {
  type PostgresServer,
  type Session,
  STATEMENT_MS,
  withSession,
} from "./postgres-session.ts";
import { lockAndRead, roleOf } from "./postgres-state.ts";
import { observePostgres, READ_ONLY } from "./postgres-status.ts";

const identifier = z.string().min(1).max(63);

export const schema = z.strictObject({
  driver: z.literal("postgres"),
  /** By cluster: the server there itself, no pooler and no name that moves (runbooks/data-postgres.md). */
  hosts: z
    .record(z.string(), hostPort)
    .meta({ description: "Of each cluster: host:port of the server there, no pooler." }),
  database: identifier,
  user: identifier,
  /** The password. */
  secretRef: secretRef.optional(),
  tls: z.enum(["verify", "off"]).default("verify").meta({
    description: "verify: the certificate must be good for the host. off: nothing is encrypted.",
  }),
  writes: z
    .string()
    .max(1000)
    .regex(/^\s*select\b[^;]*$/i, "must be one select, without a semicolon")
    .optional()
    .meta({ description: "A select that answers how many writes of clients there are." }),
});

/** The PostgreSQL server of one cluster, with what runbooks/data-postgres.sql makes there. */
export function create(
  config: z.infer<typeof schema>,
  cluster: string,
  { clock, secret }: DataTools,
): Driver<Data, DataStatus> {
  const server = serverOf(config, cluster, secret);
  return {
    name: "data/postgres",
    observe: async (signal) =>
      await withSession(server, { clock, signal, timeoutMs: STATEMENT_MS }, (session) =>
        observePostgres(session, { clock, writes: config.writes }),
      ),
    apply: async (desired, authority) => {
      const { signal } = authority;
      await withSession(server, { clock, signal, timeoutMs: APPLY_MS }, (session) =>
        change(session, desired, authority),
      );
    },
    whyNotReached: whyNot,
    // A server that was promoted has a history of its own: no statement makes it a standby again.
    restoring: ({ role }) => (role === "standby" ? undefined : { role }),
  };
}

function serverOf(
  { hosts, database, user, tls }: z.infer<typeof schema>,
  cluster: string,
  secret: string | undefined,
): PostgresServer {
  const address = hosts[cluster];
  if (address === undefined) throw new GreenlightError("GL_CONFIG", `no host of ${cluster}`);
  const who = `the PostgreSQL of ${cluster}`;
  return { ...parseHostPort(address), database, user, tls, password: secret ?? "", who };
}

/** Whoever holds the server's lock compares and changes; all others wait, and then compare. */
async function change(session: Session, { role }: Data, pair: Authority): Promise<void> {
  const found = await lockAndRead(session);
  const is = roleOf(found);
  if (isStale(pair, found)) throw stale(found);
  if (role === is && isSameFence(pair, found) && !(role === "primary" && found.isReadOnly)) return;
  // Its tables can't be written: the pair that it holds is its primary's.
  if (is === "standby") return role === "primary" ? await promote(session, pair, found) : undefined;
  switch (role) {
    case "primary":
      return await unfence(session, pair, found);
    case "fenced":
      if (is === "fenced") return await takePair(session, pair, true);
      return await fence(session, pair, found);
    case "standby":
      await takePair(session, pair, is === "fenced");
      throw new GreenlightError("GL_REJECTED", REBUILD);
  }
}

function whyNot({ role: is, reasons }: DataStatus, { role }: Data): string | undefined {
  if (role === "primary" && is === role && reasons.includes(READ_ONLY)) return READ_ONLY;
  // It takes no writes of anybody.
  if (is === role || (role === "fenced" && is === "standby")) return undefined;
  return role === "standby" ? `is ${is}, not standby: ${REBUILD}` : `is ${is}, not ${role}`;
}

const REBUILD =
  "no statement makes it one; checkpoint the new primary, stop this one, run pg_rewind against it (or pg_basebackup -R), and start it with standby.signal: runbooks/data-postgres.md";

/** Promoting waits for what is yet to be applied. */
const APPLY_MS = 25_000;
