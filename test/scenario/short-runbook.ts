import { readFileSync } from "node:fs";

/** The packaged runbook, as a kind of its own whose steps have little patience. */
export const SHORT = readFileSync("runbooks/failover.yaml", "utf8")
  .replace("kind: failover", "kind: short-move")
  .replaceAll(/timeout: \d+m?s$/gm, "timeout: 2s");
