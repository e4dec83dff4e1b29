import { createHash } from "node:crypto";

/** Formed like a UUID, the same for the same seed. */
export function uidOf(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, i) => hex.slice(cuts[i], end))
    .join("-");
}

/** The few letters at the end of a pod's name. */
export function suffixOf(seed: string): string {
  const digits = createHash("sha256").update(seed).digest().subarray(0, 5);
  return [...digits].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}

/** No vowels: as Kubernetes does, so that no name becomes a word. */
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";
