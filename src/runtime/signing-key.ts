import { chmod, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createPrivatePem } from "../adapters/signing/ed25519.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { Config } from "./config.ts";

/**
 * The private key that checkpoints are signed with, as PEM: that of the config; else the data
 * directory's own, made at the first start and readable by its owner only. The caller holds the lock
 * of the directory.
 */
export async function readSigningKey(
  config: Pick<Config, "secret" | "signingKey">,
  directory: string,
): Promise<string> {
  if (config.signingKey !== undefined) return config.secret(config.signingKey);
  const file = join(directory, FILE);
  const known = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw new GreenlightError("GL_CONFIG", `${file}: ${error.code}`);
    return "";
  });
  if (known.trim() !== "") {
    await chmod(file, OWNER_ONLY);
    return known;
  }
  const pem = createPrivatePem();
  const handle = await open(file, "w", OWNER_ONLY);
  try {
    await handle.chmod(OWNER_ONLY);
    await handle.writeFile(pem);
    // A key that is lost with the power would leave signatures that nobody can make again.
    await handle.sync();
  } finally {
    await handle.close();
  }
  return pem;
}

const FILE = "signing-key.pem";
const OWNER_ONLY = 0o600;
