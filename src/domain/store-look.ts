import { memberOf } from "./cause.ts";
import type { Json } from "./json.ts";
import type { Survey } from "./survey.ts";

/** What the primary's store had acknowledged when it was last seen well: later more can't be known of it. */
export type StoreLook = {
  readonly store: string;
  readonly cluster: string;
  /** Of clients, that it held. */
  readonly writes: number;
  /** When that was known, at the latest; wall clock, in ms since 1970. */
  readonly at: number;
};

/** Of each store that is a primary's and counts. */
export function looksOf(survey: Survey, primary: string, at: number): readonly StoreLook[] {
  return Object.entries(survey.stores).flatMap(([store, clusters]) => {
    const seen = clusters[primary];
    if (!seen || "missing" in seen) return [];
    const { role, writes } = seen.found;
    return role === "primary" && writes !== undefined
      ? [{ store, cluster: primary, writes, at }]
      : [];
  });
}

/** The newest of each store that came no later than `at`: what was seen after it may be of the fault. */
export function looksUntil(looks: readonly StoreLook[], at: number | null): readonly StoreLook[] {
  const early = looks.filter((look) => at !== null && look.at <= at);
  return early.filter(
    (look, index) => !early.slice(index + 1).some((later) => isSameStore(later, look)),
  );
}

/** Those that an operation was opened with: the `stores` of its cause. */
export function readLooks(cause: Json): readonly StoreLook[] {
  const list = memberOf(cause, "stores");
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: Json) => {
    const [store, cluster] = [memberOf(one, "store"), memberOf(one, "cluster")];
    const [writes, at] = [memberOf(one, "writes"), memberOf(one, "at")];
    if (typeof store !== "string" || typeof cluster !== "string") return [];
    return typeof writes === "number" && typeof at === "number"
      ? [{ store, cluster, writes, at }]
      : [];
  });
}

function isSameStore(one: StoreLook, other: StoreLook): boolean {
  return one.store === other.store && one.cluster === other.cluster;
}
