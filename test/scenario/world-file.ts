import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

export interface WorldOptions {
  /** Into greenlight.yaml: a path and its value. */
  readonly config?: readonly (readonly [path: readonly (string | number)[], value: unknown])[];
  /** A user's own runbooks: the texts of files. */
  readonly runbooks?: readonly string[];
}

const POLICY = ["applications", 0, "policy"] as const;

/** Whatever fails, nothing is moved but by people. */
export const BY_HAND: Required<WorldOptions>["config"] = [[[...POLICY, "moveOn"], []]];

/** Changes the sandbox's greenlight.yaml; its webhook leads to the URL. Where its API will be. */
export function changeConfig(
  file: string,
  hook: { readonly url: string; readonly secret: string },
  { directory, config = [], runbooks }: WorldOptions & { readonly directory: string },
): string {
  const document = parseDocument(readFileSync(file, "utf8"));
  writeFileSync(join(directory, "hook-secret"), hook.secret, { mode: 0o600 });
  document.setIn(["log", "format"], "json");
  const webhook = { notifier: "webhook", url: hook.url, secretRef: "file/hook-secret" };
  document.setIn(["notifiers"], document.createNode([webhook]));
  if (runbooks) {
    mkdirSync(join(directory, "runbooks"));
    for (const [index, text] of runbooks.entries())
      writeFileSync(join(directory, "runbooks", `own-${index}.yaml`), text);
    document.setIn(["runbooks"], "./runbooks");
  }
  for (const [path, value] of config) document.setIn(path, document.createNode(value));
  writeFileSync(file, document.toString());
  return `http://127.0.0.1:${Number(document.getIn(["api", "port"]))}`;
}
