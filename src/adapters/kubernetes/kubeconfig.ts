import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Access, Tls } from "./access.ts";

/**
 * The access that one context of a kubeconfig describes. What would run a program, weaken TLS, or
 * is not supported is refused, never ignored. Rejects with GL_KUBECONFIG and all that is wrong.
 */
export async function loadAccess(file: string, context: string): Promise<Access> {
  const refuse = (what: string, cause?: unknown) =>
    new GreenlightError("GL_KUBECONFIG", `${file}, context ${context}: ${what}`, cause);
  try {
    const config = kubeconfig.parse(parse(await readFile(file, "utf8")));
    const chosen = config.contexts.find(({ name }) => name === context)?.context;
    if (!chosen) throw refuse("there is no such context");
    const cluster = config.clusters.find(({ name }) => name === chosen.cluster)?.cluster;
    if (!cluster) throw refuse(`there is no cluster ${chosen.cluster}`);
    const user = config.users.find(({ name }) => name === chosen.user)?.user;
    if (!user) throw refuse(`there is no user ${chosen.user}`);
    const wrong = [...whyNotCluster(cluster), ...whyNotUser(user)];
    if (wrong.length > 0) throw refuse(wrong.join("; "));
    return await readAccess(cluster, user, (path) =>
      readFile(resolve(dirname(file), path), "utf8"),
    );
  } catch (error) {
    if (error instanceof GreenlightError) throw error;
    if (error instanceof z.ZodError) throw refuse(z.prettifyError(error), error);
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
}

function* whyNotCluster(cluster: KubeCluster) {
  if (!cluster.server.startsWith("https://")) yield "the server is not an https URL";
  if (cluster["insecure-skip-tls-verify"]) yield "insecure-skip-tls-verify is refused";
  if (cluster["proxy-url"]) yield "proxy-url is not supported";
}

function* whyNotUser(user: KubeUser) {
  for (const plugin of ["exec", "auth-provider"] as const)
    if (user[plugin]) yield `the user's ${plugin} plug-in is refused: use a token or a certificate`;
  for (const key of ["username", "password", "as", "as-uid", "as-groups", "as-user-extra"] as const)
    if (user[key]) yield `the user's ${key} is not supported`;
  const cert = user["client-certificate"] ?? user["client-certificate-data"];
  const key = user["client-key"] ?? user["client-key-data"];
  if ((cert === undefined) !== (key === undefined)) yield "a client certificate needs its key";
  if ((user.token ?? user.tokenFile ?? cert) === undefined)
    yield "the user has neither a token nor a client certificate";
}

/** Data wins over a file, as with kubectl; but a token file over a token, and it is read each time. */
async function readAccess(
  cluster: KubeCluster,
  user: KubeUser,
  read: (path: string) => Promise<string>,
): Promise<Access> {
  const pem = async (data: string | undefined, path: string | undefined) =>
    data === undefined ? path && (await read(path)) : Buffer.from(data, "base64").toString("utf8");
  const ca = await pem(cluster["certificate-authority-data"], cluster["certificate-authority"]);
  const cert = await pem(user["client-certificate-data"], user["client-certificate"]);
  const key = await pem(user["client-key-data"], user["client-key"]);
  const servername = cluster["tls-server-name"];
  const tls: Tls = {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(servername && { servername }),
  };
  const { token, tokenFile } = user;
  const latest = async () => (tokenFile === undefined ? token : (await read(tokenFile)).trim());
  await latest();
  return { server: cluster.server, tls, token: latest };
}

const text = z.string().min(1).optional();

const clusterSchema = z.object({
  server: z.url(),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "insecure-skip-tls-verify": z.boolean().optional(),
  "proxy-url": text,
  "tls-server-name": text,
});

const userSchema = z.object({
  token: text,
  tokenFile: text,
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  exec: z.unknown().optional(),
  "auth-provider": z.unknown().optional(),
  username: z.unknown().optional(),
  password: z.unknown().optional(),
  as: z.unknown().optional(),
  "as-uid": z.unknown().optional(),
  "as-groups": z.unknown().optional(),
  "as-user-extra": z.unknown().optional(),
});

type KubeCluster = z.infer<typeof clusterSchema>;
type KubeUser = z.infer<typeof userSchema>;

/** Entries of other contexts may be of any shape: only what is chosen is read strictly. */
const kubeconfig = z.object({
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  clusters: z.array(z.object({ name: z.string(), cluster: clusterSchema })),
  users: z.array(z.object({ name: z.string(), user: userSchema })),
});
