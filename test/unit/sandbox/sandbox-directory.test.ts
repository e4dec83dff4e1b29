import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createChance } from "../../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "greenlight-sandbox-directory-"));
  writeFileSync(join(scratch, "file"), "");
});
afterAll(() => rmSync(scratch, { recursive: true }));

test.each([
  ["a file", () => join(scratch, "file"), "EEXIST"],
  ["below a file", () => join(scratch, "file", "world"), "ENOTDIR"],
])(
  "a directory that is %s is a wrong configuration, and nothing listens",
  async (_, where, why) => {
    const clock = new SystemClock();
    const opened = createSandbox({
      directory: where(),
      clock,
      chance: createChance(clock),
      onTrouble: () => undefined,
    });
    const message = `The configuration is wrong: ${where()} can't be the sandbox's directory (${why})`;
    await expect(opened).rejects.toMatchObject({ code: "GL_CONFIG", message });
  },
);
