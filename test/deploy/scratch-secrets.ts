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

/** One for each kind of process, as it is called among the secrets. */
export function kubeconfigs(text: string): Readonly<Record<string, string>> {
  const kinds = ["probe", "api", "pipeline"];
  return Object.fromEntries(kinds.map((kind) => [`kubeconfig-${kind}`, text]));
}

/** For where nobody asks with them. */
export const NOBODYS = { ...kubeconfigs("-\n"), "store-token": "-\n", tsig: "LQ==\n" };
