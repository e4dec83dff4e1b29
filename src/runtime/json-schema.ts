import { z } from "zod";
import { configSchema } from "./config-schema.ts";
import { runbookSchema } from "./runbook-schema.ts";

/** What an editor checks a file by, as people write it: `config/WHAT.schema.json` is a copy. */
export function renderJsonSchema(what: "greenlight" | "runbook"): string {
  const schema = what === "greenlight" ? configSchema : runbookSchema;
  return `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), undefined, 2)}\n`;
}
