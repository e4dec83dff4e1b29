import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { environment } from "../../src/runtime/environment.ts";
import { makeSecrets, NOBODYS } from "./scratch-secrets.ts";
import { Stage } from "./stage.ts";

/** In the place of psql: writes down what whoever lists processes would see of it. */
const RECORDER = `#!/bin/sh
tr '\\0' '\\n' </proc/$$/cmdline >"$SEEN"
tr '\\0' '\\n' </proc/$$/environ >>"$SEEN"
cat >"$SEEN.input"
`;

test("no process is started with the password among its words, or in its environment", () => {
  const secrets = makeSecrets(NOBODYS);
  const stage = new Stage({ secrets });
  const programs = mkdtempSync(join(tmpdir(), "greenlight-programs-"));
  try {
    writeFileSync(join(programs, "psql"), RECORDER, { mode: 0o755 });
    const seen = join(programs, "seen");
    const { PATH = "" } = environment;
    const script = stage.pathOf("postgres", "/docker-entrypoint-initdb.d/greenlight.sh");
    const env = { PATH: `${programs}:${PATH}`, SEEN: seen };
    const { status, stderr } = spawnSync(script, [], { env, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    const password = readFileSync(join(secrets, "postgres-password"), "utf8").trim();
    expect(readFileSync(seen, "utf8")).toContain("ON_ERROR_STOP=1");
    expect(readFileSync(seen, "utf8")).not.toContain(password);
    expect(readFileSync(`${seen}.input`, "utf8")).toContain("CREATE ROLE greenlight");
    // Without it there would be a role that nobody can be.
    rmSync(stage.pathOf("postgres", "/run/secrets/postgres-password"));
    expect(spawnSync(script, [], { env }).status).not.toBe(0);
  } finally {
    stage.close();
    for (const directory of [secrets, programs]) rmSync(directory, { recursive: true });
  }
});
