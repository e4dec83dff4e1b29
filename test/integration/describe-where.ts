import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, test } from "@jest/globals";

/**
 * A suite that needs a real server's binary, whose path it is given. Where it is not installed, one
 * line says so and one skipped test is counted; in CI, which installs them all, that fails.
 */
export function describeWhere(server: string, name: string, suite: (binary: string) => void): void {
  const binary = findBinary(server);
  if (binary !== undefined) {
    describe(name, () => suite(binary));
  } else if (env["CI"] === "true") {
    test(`${name} needs ${server}`, () => {
      throw new Error(`${server} is not installed`);
    });
  } else {
    process.stderr.write(`${server} is not installed: skipped ${name}\n`);
    describe.skip(name, () => test(`needs ${server}`, () => undefined));
  }
}

/** A suite that needs a right that whoever runs it may not have, in CI neither: then it is skipped. */
export function describeWithRight(whyNot: string | undefined, name: string, suite: () => void) {
  if (whyNot === undefined) return describe(name, suite);
  process.stderr.write(`${whyNot}: skipped ${name}\n`);
  return describe.skip(name, () => test(whyNot, () => undefined));
}

// biome-ignore lint/style/noProcessEnv: whether this is CI, and where binaries are.
const env = process.env;

/** Servers often are where only root looks. */
function findBinary(server: string): string | undefined {
  const folders = [...(env["PATH"] ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin"];
  return folders.map((folder) => join(folder, server)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
