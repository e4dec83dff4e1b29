import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./config-secret.ts";

/** The environment of this process. Whoever needs a part of it takes it as an argument. */
export function environment(): Environment {
  return process.env;
}

/** Where this user's programs keep what can be made again. */
export function cacheDirectory(): string {
  const { XDG_CACHE_HOME: given } = process.env;
  const base = given !== undefined && given !== "" ? given : join(homedir(), ".cache");
  return join(base, "greenlight");
}
