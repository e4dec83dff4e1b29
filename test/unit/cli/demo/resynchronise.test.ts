import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { CallHttp } from "../../../../src/adapters/http/http-call.ts";
import { resynchronise } from "../../../../src/cli/demo/resynchronise.ts";
import type { Stage } from "../../../../src/cli/demo/scene.ts";

test.each([
  ["fenced", undefined, ["GET", "PUT"]],
  ["primary", "blue's store is primary, not fenced: it was left alone", ["GET"]],
  ["standby", "blue's store is standby, not fenced: it was left alone", ["GET"]],
])("a store that is %s", async (role, why, methods) => {
  const directory = mkdtempSync(join(tmpdir(), "greenlight-resynchronise-"));
  writeFileSync(join(directory, "store-token"), "a token\n");
  const asked: string[] = [];
  const call = (async ({ method }: Parameters<CallHttp>[0]) => {
    asked.push(method);
    return { status: 200, body: JSON.stringify({ role, epoch: 6, sequence: 9 }) };
  }) as unknown as CallHttp;
  const file = { config: join(directory, "greenlight.yaml"), store: { blue: "http://blue" } };
  const stage = { world: { file }, call, signal: new AbortController().signal };
  try {
    expect(await resynchronise(stage as unknown as Stage, "blue")).toBe(why);
    expect(asked).toEqual(methods);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
