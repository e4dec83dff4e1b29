import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { environment } from "../../src/runtime/environment.ts";
import { packageVersion } from "../../src/runtime/package-root.ts";
import { describeWhere } from "../integration/describe-where.ts";
import { ROOT, readComposeFile } from "./compose-file.ts";
import { buildImage } from "./image.ts";

/** Two installations, which may have to come from a registry, and a build. */
const BUILT_WITHIN_MS = 600_000;

jest.setTimeout(240_000);

describeWhere("npm", "the files of the image", () => {
  let directory: string;
  let root: string;
  let home: string;
  let user: { readonly uid?: number; readonly gid?: number };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "greenlight-image-"));
    chmodSync(directory, 0o755);
    const built = await buildImage(directory);
    root = join(built.root, built.workDirectory);
    const [uid, gid] = (built.user ?? "").split(":").map(Number);
    user = process.getuid?.() === 0 && uid && gid ? { uid, gid } : {};
    home = join(directory, "home");
    await mkdir(home);
    chmodSync(home, 0o1777);
  }, BUILT_WITHIN_MS);

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** As the image's user, who may write nowhere but in its home. */
  async function greenlight(...words: readonly string[]): Promise<string> {
    const { PATH = "" } = environment;
    const env = { PATH, HOME: home, XDG_CACHE_HOME: home, TMPDIR: home, NODE_ENV: "production" };
    const options = { cwd: root, env, maxBuffer: 10_000_000, ...user };
    const args = ["dist/bin/main.js", ...words];
    return (await promisify(execFile)(process.execPath, args, options)).stdout;
  }

  test("they have every program that is started from them", () => {
    const { services } = readComposeFile();
    const programs = Object.values(services)
      .filter(({ image }) => image.startsWith("greenlight:"))
      .map(({ command }) => command[1] ?? "");
    expect(programs.filter((program) => !existsSync(join(root, program)))).toEqual([]);
  });

  test("the command says what it is", async () => {
    expect(await greenlight("--help")).toContain("Usage: greenlight");
    expect(await greenlight("--version")).toBe(`${packageVersion()}\n`);
  });

  test("an outage is survived with nothing but them", async () => {
    // How long it took, which the exit status speaks of too, is the machine's affair.
    const said = await greenlight("demo", "--json").catch(
      ({ stdout }: { stdout: string }) => stdout,
    );
    const { operations } = JSON.parse(said.trim().split("\n").at(-1) ?? "");
    expect(operations[0]).toMatchObject({ kind: "failover", outcome: "succeeded" });
  });

  test("nothing of development is in them", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const there = Object.keys(devDependencies).filter((name) =>
      existsSync(join(root, "node_modules", name)),
    );
    expect(there).toEqual([]);
    for (const path of ["src", "test", ".git", "secrets", "config/compose"])
      expect(existsSync(join(root, path))).toBe(false);
  });
});

describeWhere("hadolint", "the Dockerfile", (hadolint) => {
  test("a linter finds nothing in it", async () => {
    const { stdout } = await promisify(execFile)(hadolint, ["Dockerfile"], { cwd: ROOT });
    expect(stdout).toBe("");
  });
});
