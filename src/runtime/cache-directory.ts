import { homedir } from "node:os";
import { join } from "node:path";

/** Where this user's programs keep what can be made again. */
export function cacheDirectory(): string {
  const { XDG_CACHE_HOME: given } = process.env;
  const base = given !== undefined && given !== "" ? given : join(homedir(), ".cache");
  return join(base, "greenlight");
}
