import { memberOf } from "./cause.ts";
import { isPromotion } from "./freeze.ts";
import type { Json } from "./json.ts";
import type { StepRecord } from "./step-record.ts";
import { readLooks } from "./store-look.ts";

/** From where the writes are counted that a former primary acknowledged beside the new one. */
export type Baseline = {
  readonly writes: number;
  /** When it was known; wall clock, in ms since 1970. */
  readonly at: number;
  readonly by: "its last good look" | "what the promoted store had";
};

/**
 * What the store had when it was last seen well. Where the other one had more of it just before it was
 * promoted, that counts: what both have was not acknowledged beside. Undefined: it was not seen before.
 */
export function baselineOf(
  { store, cluster }: { readonly store: string; readonly cluster: string },
  { cause, steps }: { readonly cause: Json; readonly steps: readonly StepRecord[] },
): Baseline | undefined {
  const look = readLooks(cause).find((one) => one.store === store && one.cluster === cluster);
  if (!look) return undefined;
  const shared = steps
    .filter(({ planned }) => isPromotion(planned) && planned.subject === store)
    .flatMap(({ before, startedAt }): readonly Baseline[] => {
      const writes = memberOf(before, "writes");
      const isStandby = memberOf(before, "role") === "standby";
      if (!isStandby || typeof writes !== "number" || startedAt === null) return [];
      return [{ writes, at: startedAt, by: "what the promoted store had" }];
    });
  const { writes, at } = look;
  return shared.reduce<Baseline>((best, one) => (one.writes > best.writes ? one : best), {
    writes,
    at,
    by: "its last good look",
  });
}

/** Of a debt in a cause. */
export function readBaseline(debt: Json | undefined): Baseline | undefined {
  const known = memberOf(debt, "baseline");
  const [writes, at, by] = ["writes", "at", "by"].map((name) => memberOf(known, name));
  if (typeof writes !== "number" || typeof at !== "number") return undefined;
  return { writes, at, by: by === SHARED ? SHARED : "its last good look" };
}

const SHARED = "what the promoted store had";
