import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { canonical } from "../../domain/canonical.ts";
import { GreenlightError } from "../../domain/errors.ts";
import { type Job, jobIdOf } from "../../domain/job.ts";

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

/**
 * The first key seals; each opens, so that a key can be changed while jobs are under way. Throws
 * GL_CONFIG where a key is too short to be a secret.
 */
export function createJobSeal(keys: readonly [string, ...string[]]): JobSeal {
  if (keys.some((key) => Buffer.byteLength(key) < MIN_KEY_BYTES))
    throw new GreenlightError("GL_CONFIG", `the queue's key has less than ${MIN_KEY_BYTES} bytes`);
  return {
    seal: (job) => ({ job, mac: macOf(job, keys[0]).toString("hex") }),
    open: (id, data) => {
      const read = sealedJob.safeParse(data);
      if (!read.success) return { whyForged: `${nameOf(id)}: is no sealed job` };
      const { job, mac } = read.data;
      const told = Buffer.from(mac, "hex");
      const fits = keys.map((key) => timingSafeEqual(told, macOf(job, key))).includes(true);
      if (!fits) return { whyForged: `${nameOf(id)}: its seal does not fit` };
      if (id !== jobIdOf(job)) return { whyForged: `${nameOf(id)}: was sealed under another id` };
      return { job };
    },
  };
}

function macOf(job: Job, key: string): Buffer {
  return createHmac("sha256", key).update(PURPOSE).update(canonical(job)).digest();
}

/** Whoever forged it chose the id. */
function nameOf(id: string): string {
  return id.replaceAll(/[^\w.-]/g, "?").slice(0, MAX_ID_LENGTH);
}

const MIN_KEY_BYTES = 16;
const MAX_ID_LENGTH = 200;

/** The same key may have other purposes. */
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
