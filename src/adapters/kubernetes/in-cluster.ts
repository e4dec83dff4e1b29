import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GreenlightError, reasonOf } from "../../domain/errors.ts";
import type { Access } from "./access.ts";

/** What a config says in the place of a kubeconfig's path, in the cluster that runs the process. */
export const IN_CLUSTER = "in-cluster";

/** Where Kubernetes puts the ServiceAccount's token and the authority into each container. */
const MOUNTED = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The access of a pod's own ServiceAccount, to the API server that the variables of its environment
 * name. Its token is read each time: the kubelet renews it. Rejects with GL_KUBECONFIG outside of a
 * cluster.
 */
export async function loadInCluster(
  env: Readonly<Record<string, string | undefined>>,
  directory = MOUNTED,
): Promise<Access> {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = env;
  const refuse = (what: string, cause?: unknown) =>
    new GreenlightError("GL_KUBECONFIG", `${IN_CLUSTER}: ${what}`, cause);
  if (host === "" || port === "") throw refuse("KUBERNETES_SERVICE_HOST or _PORT is not set");
  const token = async () => (await readFile(join(directory, "token"), "utf8")).trim();
  try {
    const ca = await readFile(join(directory, "ca.crt"), "utf8");
    await token();
    return {
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      tls: { ca },
      token,
    };
  } catch (error) {
    throw refuse(reasonOf(error), error);
  }
}
