import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./compose-file.ts";

/** What the builder is sent of this repository: all that git has and .dockerignore lets through. */
export function listContext(): readonly string[] {
  const words = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", words, { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
  return files.filter((path) => !isIgnored(path));
}

/** Of any path, whether it is there or not. The last pattern that matches decides. */
export function isIgnored(path: string): boolean {
  let ignored = false;
  for (const line of patterns()) {
    const isBack = line.startsWith("!");
    if (matches(isBack ? line.slice(1) : line, path)) ignored = !isBack;
  }
  return ignored;
}

function patterns(): readonly string[] {
  const lines = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

/** A pattern takes what is below what it names; `*` stands for one name. */
function matches(pattern: string, path: string): boolean {
  const names = path.split("/");
  return pattern.split("/").every((word, at) => {
    if (word !== "*" && /[*?[\\]/.test(word)) throw new Error(`${pattern} is too much to ask here`);
    return word === "*" ? names[at] !== undefined : names[at] === word;
  });
}
