import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Access, Credentials, Tls } from "./access.ts";
import { type AllowedPlugin, type ExecPlugin, readPlugin } from "./exec-plugin.ts";
import {
  clusterInfoOf,
  type KubeCluster,
  type KubeEntry,
  type KubeUser,
  readEntry,
} from "./kubeconfig-entry.ts";

/** Whether a kubeconfig may run a program, and who runs it. */
export interface PluginRule {
  /** Absent: none. */
  readonly allowed?: AllowedPlugin | undefined;
  /** Of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absent: nothing is run. Then the kubeconfig can only be judged. */
  readonly run?: ((plugin: ExecPlugin) => Credentials) | undefined;
}

/**
 * The access that one context of a kubeconfig describes. What would run a program that is not
 * allowed by name, weaken TLS, or is not supported is refused, never ignored. Rejects with
 * GL_KUBECONFIG and all that is wrong.
 */
export async function loadAccess(
  file: string,
  context: string,
  rule: PluginRule = { env: {} },
): Promise<Access> {
  const directory = dirname(resolve(file));
  const read = (path: string) => readFile(resolve(directory, path), "utf8");
  try {
    const entry = readEntry(await readFile(file, "utf8"), context);
    const tls = await readTls(entry, read);
    const plugin = findPlugin(entry, { tls, directory, rule });
    const { server } = entry.cluster;
    if (plugin) return { server, tls, ...runBy(rule, plugin) };
    const { token, tokenFile } = entry.user;
    // A token file wins over a token, and it is read each time.
    const latest = async () => (tokenFile === undefined ? token : (await read(tokenFile)).trim());
    await latest();
    return { server, tls, token: latest };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const what = error instanceof z.ZodError ? z.prettifyError(error) : message;
    throw new GreenlightError("GL_KUBECONFIG", `${file}, context ${context}: ${what}`, error);
  }
}

function runBy({ run }: PluginRule, plugin: ExecPlugin): Pick<Access, "token" | "credentials"> {
  if (run) return { token: async () => undefined, credentials: run(plugin) };
  const token = async () => {
    throw new GreenlightError("GL_KUBECONFIG", `nobody runs the exec plug-in ${plugin.command}`);
  };
  return { token };
}

/** Throws where anything speaks against the context: all of it. */
function findPlugin(
  { cluster, user }: KubeEntry,
  { tls, directory, rule }: { tls: Tls; directory: string; rule: PluginRule },
): ExecPlugin | undefined {
  const { allowed, env } = rule;
  const clusterInfo = clusterInfoOf(cluster, tls.ca);
  const found =
    user.exec === undefined
      ? {
          flaws: allowed
            ? [`the user has no exec plug-in, and the config names ${allowed.command}`]
            : [],
        }
      : readPlugin(user.exec, { allowed, directory, env, clusterInfo });
  const flaws = "flaws" in found ? found.flaws : [];
  const wrong = [...whyNotCluster(cluster), ...whyNotUser(user), ...flaws];
  if (wrong.length > 0) throw new Error(wrong.join("; "));
  return "plugin" in found ? found.plugin : undefined;
}

function* whyNotCluster(cluster: KubeCluster) {
  if (!cluster.server.startsWith("https://")) yield "the server is not an https URL";
  if (cluster["insecure-skip-tls-verify"]) yield "insecure-skip-tls-verify is refused";
  if (cluster["proxy-url"]) yield "proxy-url is not supported";
}

function* whyNotUser(user: KubeUser) {
  if (user["auth-provider"])
    yield "the user's auth-provider plug-in is refused: use a token or a certificate";
  for (const key of ["username", "password", "as", "as-uid", "as-groups", "as-user-extra"] as const)
    if (user[key]) yield `the user's ${key} is not supported`;
  const cert = user["client-certificate"] ?? user["client-certificate-data"];
  const key = user["client-key"] ?? user["client-key-data"];
  if ((cert === undefined) !== (key === undefined)) yield "a client certificate needs its key";
  const own = user.token ?? user.tokenFile ?? cert;
  if (own !== undefined && user.exec !== undefined)
    yield "the user has an exec plug-in beside a token or a certificate";
  if (own === undefined && user.exec === undefined)
    yield "the user has neither a token nor a client certificate";
}

/** Data wins over a file, as with kubectl. */
async function readTls(
  { cluster, user }: KubeEntry,
  read: (path: string) => Promise<string>,
): Promise<Tls> {
  const pem = async (data: string | undefined, path: string | undefined) =>
    data === undefined ? path && (await read(path)) : Buffer.from(data, "base64").toString("utf8");
  const ca = await pem(cluster["certificate-authority-data"], cluster["certificate-authority"]);
  const cert = await pem(user["client-certificate-data"], user["client-certificate"]);
  const key = await pem(user["client-key-data"], user["client-key"]);
  const servername = cluster["tls-server-name"];
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(servername && { servername }),
  };
}
