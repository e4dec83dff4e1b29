import { z } from "zod";
import { canonical } from "../../domain/canonical.ts";
import { type Job, jobIdOf } from "../../domain/job.ts";
import { createKeyring, type Keys } from "../seal/keyring.ts";

/** Proof that a job was added by somebody who has the key, and by nobody else. */
export interface JobSeal {
  seal(job: Job): SealedJob;
  /** `id` is what the queue calls it. */
  open(id: string, data: unknown): { readonly job: Job } | { readonly whyForged: string };
}

export interface SealedJob {
  readonly job: Job;
  /** HMAC-SHA-256 over the job's canonical spelling, hex. */
  readonly mac: string;
}

/** Throws GL_CONFIG where a key is too short to be a secret. */
export function createJobSeal(keys: Keys): JobSeal {
  const keyring = createKeyring(keys, { owner: "the queue", purpose: PURPOSE });
  return {
    seal: (job) => ({ job, mac: keyring.macOf(canonical(job)) }),
    open: (id, data) => {
      const read = sealedJob.safeParse(data);
      if (!read.success) return { whyForged: `${nameOf(id)}: is no sealed job` };
      const { job, mac } = read.data;
      if (!keyring.fits(canonical(job), mac))
        return { whyForged: `${nameOf(id)}: its seal does not fit` };
      if (id !== jobIdOf(job)) return { whyForged: `${nameOf(id)}: was sealed under another id` };
      return { job };
    },
  };
}

/** Whoever forged it chose the id. */
function nameOf(id: string): string {
  return id.replaceAll(/[^\w.-]/g, "?").slice(0, MAX_ID_LENGTH);
}

const MAX_ID_LENGTH = 200;

const PURPOSE = "greenlight.job.1\n";

const count = z.int().nonnegative();

const sealedJob = z.strictObject({
  job: z.strictObject({
    operation: z.string().min(1).max(100),
    step: z.string().min(1).max(300),
    leg: z.enum(["step", "undo"]),
    attempt: count,
    epoch: count,
  }),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
});
