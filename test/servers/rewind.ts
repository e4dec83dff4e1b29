import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOST, type PostgresServer } from "./postgres.ts";
import { giveAway, runAsOwner } from "./postgres-program.ts";

/** What a DBA does with a former primary, as runbooks/data-postgres.md says: it follows from now on. */
export async function rewind(former: PostgresServer, primary: PostgresServer): Promise<void> {
  // Soon after a promotion it is still on the old history by its files: then there is nothing to do.
  await primary.sql("checkpoint");
  await former.shutDown();
  const source = `host=${HOST} port=${primary.port} user=postgres dbname=postgres`;
  await runAsOwner("pg_rewind", ["-D", former.directory, "--source-server", source, "-R", "-N"]);
  await former.start();
}

/** What he should not do: start it as a standby with the log that it has. */
export async function followUnwound(
  former: PostgresServer,
  primary: PostgresServer,
): Promise<void> {
  await former.sql(
    `alter system set primary_conninfo = 'host=${HOST} port=${primary.port} user=postgres'`,
  );
  await former.shutDown();
  await writeFile(join(former.directory, "standby.signal"), "");
  await giveAway(former.directory);
  await former.start();
}
