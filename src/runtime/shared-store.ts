import { sha256 } from "../adapters/digest/sha256.ts";
import { writePulse } from "../adapters/journal/check-writable.ts";
import { createSqlBookmark } from "../adapters/journal/sql-bookmark.ts";
import { SqlJournal } from "../adapters/journal/sql-journal.ts";
import type { Log } from "../adapters/log/log.ts";
import { untilOpen } from "../adapters/network/until-open.ts";
import { SqlReports } from "../adapters/report/sql-reports.ts";
import { createSigner } from "../adapters/signing/ed25519.ts";
import { PostgresStorage } from "../adapters/storage/postgres-storage.ts";
import { createSqlTurn } from "../adapters/storage/sql-turn.ts";
import { codeOf, GreenlightError, reasonOf } from "../domain/errors.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Turn } from "../engine/teller.ts";
import type { Config } from "./config.ts";
import { postgresPlace } from "./config-place.ts";
import type { Store } from "./store.ts";

export interface SharedStoreTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told what is waited for, and why, as often as it is tried in vain. */
  readonly onWait?: ((why: string) => void) | undefined;
}

export interface SharedStore extends Store {
  /** Which of the processes does what one should do. */
  turn(name: string, holder: string): Turn;
}

/**
 * What processes share on a PostgreSQL server. One that is away is waited for, and each failure
 * told. Rejects with the signal's reason, or with GL_CONFIG.
 */
export async function openSharedStore(
  config: Config,
  tools: SharedStoreTools,
): Promise<SharedStore> {
  const { clock, log, signal, onWait } = tools;
  const place = postgresPlace(config);
  if (config.signingKey === undefined)
    throw new GreenlightError("GL_CONFIG", `${config.file}: there is no audit.signingKey`);
  const signer = createSigner(config.secret(config.signingKey));
  const onError = (err: Error) => log.warn({ err }, "a connection to the database was lost");
  return await untilOpen(
    async () => {
      const storage = await PostgresStorage.open({ place, clock, onError });
      try {
        const journal = await SqlJournal.open({ sql: storage, digest: sha256, clock });
        journal.onLost((lost) => log.error(lost, "the journal has lost records"));
        const reports = await SqlReports.open(storage);
        return {
          journal,
          reports,
          signer,
          turn: (name, holder) => createSqlTurn(name, { sql: storage, holder }),
          bookmark: (name) => createSqlBookmark(name, storage),
          tryToWrite: () => writePulse(storage),
          close: () => storage.close(),
        };
      } catch (error) {
        await storage.close();
        throw error;
      }
    },
    {
      clock,
      signal,
      isPassing: (error) => codeOf(error) === "GL_STORAGE_AWAY",
      onError: (err, againInMs) => {
        log.error({ err, againInMs }, "the database is waited for");
        onWait?.(`the database is waited for: ${reasonOf(err)}`);
      },
    },
  );
}
