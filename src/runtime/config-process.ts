import type { Draft } from "./config-draft.ts";

/** The processes that share a config, each of which has secrets of its own. */
export type Process = "api" | "pipeline" | "probe";

/**
 * Does it use the secret at that path of the config? What is not known here every process must have:
 * better one too many than a process that finds out in an outage.
 */
export function usesSecret(process: Process, path: readonly PropertyKey[], draft: Draft): boolean {
  const [part, key, list] = path;
  if (process === "pipeline") return true;
  switch (part) {
    case "queue":
      // Its Redis is the bus's too, where that has none of its own.
      return key !== "key" && draft.bus?.redis === undefined;
    case "notifiers":
      return false;
    case "storage":
    case "audit":
      return process === "api";
    case "applications":
      // The API looks by the drivers at what a plan would change.
      return process === "api" || list === "probes";
    default:
      return true;
  }
}
