import { stringify } from "yaml";

/** How to reach one cluster; the context is named like it. */
export interface ClusterAccess {
  readonly name: string;
  /** As in `https://127.0.0.2:6443`. */
  readonly server: string;
  readonly token: string;
  /** PEM. */
  readonly certificateAuthority: string;
}

/** One kubeconfig for all of them. The first is the current context. */
export function renderKubeconfig(clusters: readonly ClusterAccess[]): string {
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": clusters[0]?.name ?? "",
      clusters: clusters.map(({ name, server, certificateAuthority }) => {
        const data = Buffer.from(certificateAuthority).toString("base64");
        return { name, cluster: { server, "certificate-authority-data": data } };
      }),
      users: clusters.map(({ name, token }) => ({ name, user: { token } })),
      contexts: clusters.map(({ name }) => ({
        name,
        context: { cluster: name, user: name, namespace: "default" },
      })),
    },
    { lineWidth: 0 },
  );
}
