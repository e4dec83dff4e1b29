import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Flaw } from "../adapters/schema/issue-text.ts";
import { GreenlightError } from "../domain/errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SecretPlaces {
  readonly env: Environment;
  /** Paths of secrets are from here. */
  readonly directory: string;
}

/** The secret that the ref names, read now and kept nowhere. Rejects with GL_CONFIG. */
export function readSecret(ref: string, places: SecretPlaces): string {
  const found = findSecret(ref, places);
  if ("why" in found) throw new GreenlightError("GL_CONFIG", `${ref}: ${found.why}`);
  return found.secret;
}

/** Every `secretRef` in the value that is used and leads to no secret. */
export function* whySecretsMissing(
  value: unknown,
  places: SecretPlaces & { readonly isUsed: (path: readonly PropertyKey[]) => boolean },
  at: readonly PropertyKey[] = [],
): Generator<Flaw> {
  if (typeof value !== "object" || value === null) return;
  const entries: Iterable<[PropertyKey, unknown]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value);
  for (const [key, child] of entries) {
    const path = [...at, key];
    if (typeof child !== "string") yield* whySecretsMissing(child, places, path);
    else if (REFS.has(key) && places.isUsed(path)) {
      const found = findSecret(child, places);
      if ("why" in found) yield { path, what: found.why };
    }
  }
}

const REFS: ReadonlySet<PropertyKey> = new Set([
  "secretRef",
  "acceptedSecretRef",
  "sentinelSecretRef",
]);

type Found = { readonly secret: string } | { readonly why: string };

function findSecret(ref: string, { env, directory }: SecretPlaces): Found {
  const where = ref.slice(ref.indexOf("/") + 1);
  if (ref.startsWith("env/")) {
    const secret = Object.hasOwn(env, where) ? env[where] : undefined;
    return secret ? { secret } : { why: `the environment has no ${where}` };
  }
  const file = resolve(directory, where);
  try {
    if (statSync(file).size > MAX_BYTES) return { why: `${where} is too large for a secret` };
    const secret = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    return secret === "" ? { why: `${where} is empty` } : { secret };
  } catch (error) {
    return { why: `${where} can't be read (${codeOfNode(error)})` };
  }
}

const MAX_BYTES = 64 * 1024;

/** Such as ENOENT, for people. */
export function codeOfNode(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : "";
  return typeof code === "string" && code !== "" ? code : String(error);
}
