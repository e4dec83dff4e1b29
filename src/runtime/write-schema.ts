import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderJsonSchema } from "./json-schema.ts";
import { packageRoot } from "./package-root.ts";

for (const what of ["greenlight", "runbook"] as const)
  writeFileSync(join(packageRoot(), "config", `${what}.schema.json`), renderJsonSchema(what));
