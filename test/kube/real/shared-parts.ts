import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomSecret } from "../../../src/adapters/chance/random-secret.ts";
import { createPrivatePem } from "../../../src/adapters/signing/ed25519.ts";
import type { Places } from "./config.ts";

/** What the processes share, in the configuration, and the secrets that it names. */
export function sharedParts(
  { directory, journal, redis }: Places,
  listeners: readonly string[],
): Readonly<Record<string, unknown>> {
  const secret = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return { secretRef: `file/${name}` };
  };
  const { address: host, database, user, password = "" } = journal.place;
  const { password: word = "" } = redis.place;
  return {
    storage: {
      driver: "postgres",
      host,
      database,
      user,
      ...secret("journal-password", password),
      tls: "off",
      spool: "./spool",
    },
    queue: {
      driver: "redis",
      mode: "standalone",
      address: redis.address,
      ...secret("redis-password", word),
      key: secret("queue-key", randomSecret()),
    },
    bus: { driver: "redis", listeners, ...secret("bus-key", randomSecret()) },
    audit: { signingKey: secret("signing-key.pem", createPrivatePem()) },
  };
}
