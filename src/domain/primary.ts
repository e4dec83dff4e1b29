import type { Application } from "./application.ts";
import { type Fence, isSameFence, isStale } from "./fence.ts";
import type { SeenLease, Survey } from "./survey.ts";

/** Who is primary, as the Leases say; or why that can't be said. */
export type Primacy =
  | (Fence & { readonly primary: string })
  | { readonly problem: string }
  /** Not read yet. */
  | { readonly unread: true };

/** The highest (epoch, sequence) wins; equal ones that disagree are a problem for a human. */
export function foldPrimacy(leases: Survey["leases"]): Exclude<Primacy, { unread: true }> {
  const seen = Object.entries(leases).flatMap(([cluster, lease]) =>
    "found" in lease && lease.found ? [{ cluster, ...lease.found }] : [],
  );
  const [first, ...others] = seen;
  if (!first) return { problem: "no cluster has a Lease that could be read" };
  const highest = others.reduce<SeenLease>((best, one) => (isStale(best, one) ? one : best), first);
  const rivals = seen.filter((lease) => isSameFence(lease, highest));
  const rival = rivals.find(({ primary }) => primary !== highest.primary);
  if (rival)
    return {
      problem: `the Leases disagree at epoch ${highest.epoch}: ${rivals
        .map(({ cluster, primary }) => `${cluster} says ${primary}`)
        .join(", ")}`,
    };
  const { primary, epoch, sequence } = highest;
  return { primary, epoch, sequence };
}

/** Who was primary, at which epoch, as the journal says. */
export type LastKnown = { readonly primary: string; readonly epoch: number };

/**
 * No cluster has a Lease, and all answer: may it begin anew? Only where that writes what was known
 * before. Another primary, or an epoch below those that targets hold, must not come of lost Leases.
 */
export function whyNotAnew(
  { name, home }: Application,
  known: LastKnown | undefined,
): string | undefined {
  if (!known || (known.primary === home && known.epoch === 0)) return undefined;
  const { primary, epoch } = known;
  const annotations = {
    "greenlight.dev/primary": primary,
    "greenlight.dev/epoch": String(epoch),
    "greenlight.dev/sequence": "0",
  };
  const manifest = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: `greenlight-${name}`, annotations },
    spec: { leaseDurationSeconds: 5 },
  };
  return [
    `no cluster has a Lease of ${name} any more, and the journal says that ${primary} was primary at epoch ${epoch}`,
    "put that back into one cluster, as failover.md#adoption says:",
    `echo '${JSON.stringify(manifest)}' | kubectl --context ${primary} create -f -`,
    "(where these are new clusters, as of a sandbox made anew, start on a storage.directory of its own instead)",
  ].join(" ");
}

/** Before the first start: may the configured home become primary? The reason why not. */
export function whyNotAdoptable(survey: Survey, clusters: readonly string[]): string | undefined {
  for (const cluster of clusters) {
    const lease = survey.leases[cluster];
    if (!lease || "missing" in lease)
      return `at the first start every cluster must answer, and ${cluster} does not: ${lease?.missing ?? "not asked yet"}`;
  }
  for (const [store, byCluster] of Object.entries(survey.stores)) {
    const claims = clusters.filter((cluster) => {
      const status = byCluster[cluster];
      return status && "found" in status && status.found.role === "primary";
    });
    if (claims.length > 1) return `${claims.join(" and ")} both claim to be primary of ${store}`;
  }
  return undefined;
}
