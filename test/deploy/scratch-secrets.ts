import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./compose-file.ts";

/** A directory of all the secrets that a deployment needs: those that people bring are given, by name. */
export function makeSecrets(brought: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "greenlight-secrets-"));
  execFileSync("sh", ["config/compose/make-secrets.sh", directory], { cwd: ROOT });
  for (const [name, text] of Object.entries(brought)) writeFileSync(join(directory, name), text);
  return directory;
}

/** For where nobody asks with them. */
export const NOBODYS = { kubeconfig: "-\n", "store-token": "-\n", tsig: "LQ==\n" };
