import { HOST, type PostgresServer } from "../../servers/postgres.ts";
import { runAsOwner } from "../../servers/postgres-program.ts";

/** What a DBA does with a former primary, as runbooks/data-postgres.md says: it follows from now on. */
export async function rewind(former: PostgresServer, primary: PostgresServer): Promise<void> {
  await former.shutDown();
  const source = `host=${HOST} port=${primary.port} user=postgres dbname=postgres`;
  await runAsOwner("pg_rewind", ["-D", former.directory, "--source-server", source, "-R"]);
  await former.start();
}
