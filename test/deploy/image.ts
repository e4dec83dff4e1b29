import { execFile } from "node:child_process";
import { cpSync, mkdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../../src/runtime/environment.ts";
import { listContext } from "./build-context.ts";
import { ROOT } from "./compose-file.ts";
import { copyingOf, readDockerfile, type Stage } from "./dockerfile.ts";

interface Built {
  /** What stands for the stage's `/`. */
  readonly root: string;
  workDirectory: string;
  readonly user: string | undefined;
}

/**
 * Builds the Dockerfile's stages as directories, with the node and npm of this machine in the place of
 * the image's: the last one holds exactly those files that the image adds.
 */
export async function buildImage(directory: string): Promise<Built> {
  const context = join(directory, "context");
  for (const path of listContext()) {
    mkdirSync(dirname(join(context, path)), { recursive: true });
    cpSync(join(ROOT, path), join(context, path));
  }
  const built = new Map<string, Built>();
  let last: Built | undefined;
  for (const [number, stage] of readDockerfile().entries()) {
    const root = join(directory, stage.name ?? `stage-${number}`);
    last = await buildStage(stage, { root, context, built });
    if (stage.name !== undefined) built.set(stage.name, last);
  }
  if (!last) throw new Error("the Dockerfile builds nothing");
  return last;
}

interface Site {
  readonly root: string;
  readonly context: string;
  readonly built: ReadonlyMap<string, Built>;
}

async function buildStage(stage: Stage, { root, context, built }: Site): Promise<Built> {
  const base = built.get(stage.from);
  mkdirSync(root);
  if (base) cpSync(base.root, root, { recursive: true, verbatimSymlinks: true });
  let at = base?.workDirectory ?? "/";
  let user = base?.user;
  for (const instruction of stage.instructions) {
    const keyword = instruction.getKeyword();
    const content = instruction.getArgumentsContent() ?? "";
    const copying = copyingOf(instruction);
    if (copying) {
      const from = copying.from === undefined ? context : built.get(copying.from)?.root;
      if (from === undefined) throw new Error(`there is no stage ${copying.from}`);
      const target = join(root, copying.target.startsWith("/") ? "/" : at, copying.target);
      for (const source of copying.sources) copy(join(from, source), target, copying.target);
    } else if (keyword === "WORKDIR") {
      at = content;
      mkdirSync(join(root, at), { recursive: true });
    } else if (keyword === "RUN") await run(content, join(root, at));
    else if (keyword === "USER") user = content;
    else if (!["ENV", "ENTRYPOINT", "CMD"].includes(keyword))
      throw new Error(`what is ${keyword}?`);
  }
  return { root, workDirectory: at, user };
}

/** Of a directory, what is in it. */
function copy(source: string, target: string, named: string): void {
  const isInto = named.endsWith("/") && !statSync(source).isDirectory();
  const to = isInto ? join(target, basename(source)) : target;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(source, to, { recursive: true, verbatimSymlinks: true });
}

async function run(command: string, cwd: string): Promise<void> {
  const { PATH = "", HOME = "" } = environment;
  const options = { cwd, env: { PATH, HOME }, maxBuffer: 10_000_000 };
  await promisify(execFile)("/bin/sh", ["-c", command], options);
}
