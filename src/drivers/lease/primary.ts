import { z } from "zod";
import { codeOf, GreenlightError } from "../../domain/errors.ts";
import type { Driver } from "../../engine/ports/driver.ts";
import type { HeldLease, Leases } from "../../engine/ports/lease.ts";
import type { Lease, LeaseTools } from "./lease.ts";
import { createOthers, type OtherLease } from "./others.ts";
import { writeLease } from "./write-lease.ts";

export const schema = z.strictObject({ driver: z.literal("primary") });

/** What the decisive cluster's Lease says, and beside it what the others say. */
export type Observed = {
  readonly epoch: number;
  readonly sequence: number;
  readonly primary: string;
  readonly others: { readonly [cluster: string]: OtherLease };
};

/**
 * Names the primary in the Leases. The decisive one must accept, and only what it says counts as
 * reached; the others are told where they answer at once, for they may be what is being left.
 * Holder, operation and renewal are not this driver's: they stay as they are.
 */
export function create(tools: LeaseTools): Driver<Lease, Observed> {
  const { application, decisive } = tools;
  const others = createOthers(tools);
  const find = (): Leases => {
    const leases = tools.clusters[decisive];
    if (!leases) throw new GreenlightError("GL_NOT_FOUND", `there is no cluster ${decisive}`);
    return leases;
  };
  return {
    name: "lease/primary",
    observe: async (signal) => {
      const asked = others.read(signal);
      const [held, rest] = await Promise.all([find().read(application, signal), asked]);
      const { epoch, sequence, primary } = present(held, tools).record;
      return { epoch, sequence, primary, others: rest };
    },
    apply: async ({ primary }, { epoch, sequence, signal }) => {
      const wanted = { epoch, sequence, primary };
      for (let conflicts = 0; ; conflicts += 1) {
        try {
          const leases = find();
          const seen = present(await leases.read(application, signal), tools);
          const record = await writeLease({ leases, application, seen, wanted }, signal);
          return await others.write(wanted, { record, signal });
        } catch (error) {
          if (codeOf(error) !== "GL_CONFLICT" || conflicts === MAX_CONFLICTS) throw error;
        }
      }
    },
    whyNotReached: (observed, { primary }) =>
      observed.primary === primary ? undefined : `primary is ${observed.primary}, not ${primary}`,
    restoring: ({ primary }) => ({ primary }),
  };
}

function present(held: HeldLease | undefined, { application, decisive }: LeaseTools): HeldLease {
  if (held) return held;
  throw new GreenlightError("GL_NOT_FOUND", `${decisive} has no Lease of ${application}`);
}

/** Re-reads after a lost race, which the holder's renewals are, before giving up this call. */
const MAX_CONFLICTS = 5;
