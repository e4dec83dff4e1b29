import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecPlugin } from "../../src/adapters/kubernetes/exec-plugin.ts";

export const V1 = "client.authentication.k8s.io/v1";

/** A directory with an exec plug-in that is a real program: a shell script of the test's. */
export function createPluginScript(name = "give-token") {
  const directory = mkdtempSync(join(tmpdir(), "greenlight-plugin-"));
  const file = join(directory, name);
  const path = (part: string) => join(directory, part);
  /** Replaced at once: whoever runs it then runs either the old or the new one. */
  const write = (script: string) => {
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o700);
  };
  return {
    directory,
    file,
    path,
    write,
    /** Prints an ExecCredential with this status, and notes in `runs` that it ran. */
    answer: (status: object, apiVersion = V1) => {
      writeFileSync(path("answer"), JSON.stringify({ apiVersion, kind: "ExecCredential", status }));
      write(`echo run >> '${path("runs")}'\ncat '${path("answer")}'`);
    },
    /** How many times `answer`'s script ran. */
    runs: () =>
      existsSync(path("runs")) ? readFileSync(path("runs"), "utf8").split("\n").length - 1 : 0,
    plugin: (more: Partial<ExecPlugin> = {}): ExecPlugin => ({
      command: name,
      apiVersion: V1,
      file,
      args: [],
      env: { PATH: "/usr/bin:/bin" },
      ...more,
    }),
    remove: () => rmSync(directory, { recursive: true }),
  };
}
