import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import type { Program } from "../process/run-program.ts";

/** The one program that the config lets a cluster's kubeconfig run. */
export interface AllowedPlugin {
  /** As in the kubeconfig: a bare name, or an absolute path. */
  readonly command: string;
  /** Variables of ours that it is given, too. */
  readonly environment: readonly string[];
}

/** A program that writes an ExecCredential. */
export interface ExecPlugin extends Program {
  readonly command: string;
  /** Of the protocol: its answer must have it, too. */
  readonly apiVersion: string;
}

export interface PluginSurroundings {
  readonly allowed: AllowedPlugin | undefined;
  /** Of the kubeconfig: relative paths are from there. */
  readonly directory: string;
  /** Of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `provideClusterInfo` asks for. */
  readonly clusterInfo: Json;
}

export type PluginReading = { readonly plugin: ExecPlugin } | { readonly flaws: readonly string[] };

/** The `exec` of a kubeconfig's user. Nothing is run. */
export function readPlugin(exec: unknown, around: PluginSurroundings): PluginReading {
  const named = z.object({ command: z.string().min(1) }).safeParse(exec);
  if (!named.success) return { flaws: ["the user's exec plug-in is refused: it has no command"] };
  const isPath = named.data.command.includes("/");
  const { command: given } = named.data;
  const command = isPath ? resolve(around.directory, given) : given;
  if (around.allowed?.command !== command) return { flaws: [whyNotAllowed(command, around)] };
  const parsed = execSchema.safeParse(exec);
  if (!parsed.success) return { flaws: [`exec: ${z.prettifyError(parsed.error)}`] };
  const { data } = parsed;
  const { environment } = around.allowed;
  const file = isPath ? command : inPath(command, around.env["PATH"]);
  const absent = environment.filter((name) => !around.env[name]);
  const flaws = [
    ...(isExecutable(file)
      ? []
      : [`exec: there is no program ${command}${isPath ? "" : " in PATH"}`]),
    ...absent.map((name) => `exec: the environment has no ${name}`),
    ...whyNotProtocol(data),
  ];
  if (file === undefined || flaws.length > 0) return { flaws };
  const { apiVersion, args, provideClusterInfo } = data;
  const spec = {
    interactive: false,
    ...(provideClusterInfo && { cluster: around.clusterInfo }),
  };
  const env = {
    ...chosen(around.env, [...ALWAYS, ...environment]),
    ...Object.fromEntries((data.env ?? []).map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: "ExecCredential", spec }),
  };
  return { plugin: { command, apiVersion, file, args: args ?? [], env } };
}

function whyNotAllowed(command: string, { allowed }: PluginSurroundings): string {
  const why = allowed ? `it names ${allowed.command}` : "it names none";
  return `the user's exec plug-in is refused: ${command} is not the execPlugin of the config, ${why}`;
}

function* whyNotProtocol({ apiVersion, interactiveMode }: z.infer<typeof execSchema>) {
  if (!API_VERSIONS.includes(apiVersion))
    yield `exec: apiVersion ${apiVersion} is not supported, only ${API_VERSIONS.join(" and ")}`;
  if (interactiveMode === "Always")
    yield "exec: it needs a terminal (interactiveMode), and there is none";
  if (interactiveMode === undefined && apiVersion === API_VERSIONS[0])
    yield "exec: interactiveMode is missing";
}

/** Relative parts of PATH lead to whatever stands where we were started: they do not count. */
function inPath(name: string, path = ""): string | undefined {
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string | undefined): file is string {
  if (file === undefined) return false;
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function chosen(env: PluginSurroundings["env"], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** What a program needs to find itself, its files and its way out. Our secrets are not among them. */
const ALWAYS = (
  "PATH HOME USER LOGNAME LANG LC_ALL TZ TMPDIR XDG_CONFIG_HOME XDG_CACHE_HOME SSL_CERT_FILE " +
  "SSL_CERT_DIR HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy"
).split(" ");

/** They differ only in what a kubeconfig may leave out. */
const API_VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

const execSchema = z.object({
  apiVersion: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string().min(1), value: z.string() })).nullish(),
  interactiveMode: z.enum(["Never", "IfAvailable", "Always"]).optional(),
  provideClusterInfo: z.boolean().nullish(),
});
