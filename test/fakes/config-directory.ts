import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/runtime/config-file.ts";

/** A directory in which config/greenlight.yaml loads: its kubeconfig and secrets, all made up. */
export interface ConfigDirectory {
  readonly path: string;
  /** Of greenlight.yaml. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes a file of the directory. */
  write(name: string, content: string | Uint8Array): void;
  /** The lines of loadConfig's error, with each file by its name only. */
  problems(): Promise<readonly string[]>;
  /** The same of the example, once edited. */
  problemsWith(
    ...edits: readonly (readonly [from: string, to: string])[]
  ): Promise<readonly string[]>;
  remove(): void;
}

/** Where it is is not the point of most cases. */
export function withoutPlace(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/^greenlight\.yaml:\d+:\d+ /, ""));
}

/** The annotated example of the repository. */
export const EXAMPLE = readFileSync(
  join(import.meta.dirname, "../../config/greenlight.yaml"),
  "utf8",
);

export function createConfigDirectory(): ConfigDirectory {
  const path = mkdtempSync(join(tmpdir(), "greenlight-config-"));
  const write = (name: string, content: string | Uint8Array) =>
    writeFileSync(join(path, name), content);
  mkdirSync(join(path, "secrets"));
  write("secrets/store-token", "a store's token\n");
  write("secrets/tsig", "c2VjcmV0\n");
  write("kubeconfig", KUBECONFIG);
  write("greenlight.yaml", EXAMPLE);
  const file = join(path, "greenlight.yaml");
  const env = { GREENLIGHT_HOOK_SECRET: "a hook's secret" };
  const problems = () => problemsOf(file, env);
  return {
    path,
    file,
    env,
    write,
    problems,
    problemsWith: (...edits) => {
      write("greenlight.yaml", edited(edits));
      return problems();
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}

export const KUBECONFIG = `apiVersion: v1
kind: Config
clusters:
  - {name: blue, cluster: {server: "https://192.0.2.10:6443"}}
  - {name: green, cluster: {server: "https://198.51.100.10:6443"}}
users:
  - {name: greenlight, user: {token: a kubernetes token}}
contexts:
  - {name: blue, context: {cluster: blue, user: greenlight}}
  - {name: green, context: {cluster: green, user: greenlight}}
`;

function edited(edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the example has no ${from}`);
    return text.replace(from, to);
  }, EXAMPLE);
}

async function problemsOf(file: string, env: ConfigDirectory["env"]): Promise<readonly string[]> {
  try {
    await loadConfig(file, env);
    return [];
  } catch (error) {
    const [title, ...lines] = String(error).split("\n");
    if (!/^GreenlightError: The configuration is wrong: \d+ problems?$/.test(title ?? ""))
      throw error;
    return lines.map((line) => line.replace(/^\S*\/(?=[^/]+:\d+:\d+ )/, ""));
  }
}
