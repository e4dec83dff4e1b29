import { parse } from "yaml";
import { z } from "zod";
import type { Json } from "../../domain/json.ts";

/** What one context of a kubeconfig leads to. */
export interface KubeEntry {
  readonly cluster: KubeCluster;
  readonly user: KubeUser;
}

/** Throws what is wrong with it, for people. */
export function readEntry(yaml: string, context: string): KubeEntry {
  const config = kubeconfig.parse(parse(yaml));
  const chosen = config.contexts.find(({ name }) => name === context)?.context;
  if (!chosen) throw new Error("there is no such context");
  const cluster = config.clusters.find(({ name }) => name === chosen.cluster)?.cluster;
  if (!cluster) throw new Error(`there is no cluster ${chosen.cluster}`);
  const user = config.users.find(({ name }) => name === chosen.user)?.user;
  if (!user) throw new Error(`there is no user ${chosen.user}`);
  return { cluster, user };
}

/** What an exec plug-in is told of it, where it asks; `authority` in PEM. */
export function clusterInfoOf(cluster: KubeCluster, authority: string | undefined): Json {
  const own = cluster.extensions?.find(({ name }) => name === "client.authentication.k8s.io/exec");
  const servername = cluster["tls-server-name"];
  return {
    server: cluster.server,
    ...(servername !== undefined && { "tls-server-name": servername }),
    ...(authority !== undefined && {
      "certificate-authority-data": Buffer.from(authority).toString("base64"),
    }),
    ...(own && { config: own.extension }),
  };
}

const text = z.string().min(1).optional();

const clusterSchema = z.object({
  server: z.url(),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "insecure-skip-tls-verify": z.boolean().optional(),
  "proxy-url": text,
  "tls-server-name": text,
  extensions: z.array(z.object({ name: z.string(), extension: z.json() })).nullish(),
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

export type KubeCluster = z.infer<typeof clusterSchema>;
export type KubeUser = z.infer<typeof userSchema>;

/** Entries of other contexts may be of any shape: only what is chosen is read strictly. */
const kubeconfig = z.object({
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  clusters: z.array(z.object({ name: z.string(), cluster: clusterSchema })),
  users: z.array(z.object({ name: z.string(), user: userSchema })),
});
