import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { renderJsonSchema } from "../../../src/runtime/json-schema.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

test.each(["greenlight", "runbook"] as const)("config/%s.schema.json is fresh", (what) => {
  // `npm run schema` writes them.
  expect(read(`config/${what}.schema.json`)).toBe(renderJsonSchema(what));
});

test("each file that people write names its schema in its first line", () => {
  const configs = readdirSync(join(ROOT, "config")).filter((name) => name.endsWith(".yaml"));
  const runbooks = readdirSync(join(ROOT, "runbooks")).filter((name) => name.endsWith(".yaml"));
  expect(configs.length * runbooks.length).toBeGreaterThan(0);
  for (const name of configs)
    expect(read(`config/${name}`).split("\n")[0]).toBe(
      "# yaml-language-server: $schema=./greenlight.schema.json",
    );
  for (const name of runbooks)
    expect(read(`runbooks/${name}`).split("\n")[0]).toBe(
      "# yaml-language-server: $schema=../config/runbook.schema.json",
    );
});
