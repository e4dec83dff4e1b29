import { z } from "zod";

/** `250ms`, `1s`, `5m`, `2h` or `1d`, as people write it in the config; parsed, it is in ms. */
export const duration = z
  .string()
  .regex(/^\d{1,8}(ms|s|m|h|d)$/, "a duration is a whole number and ms, s, m, h or d, as in 30s")
  .transform(toMs);

/** The schema has seen the text: a number and a unit. */
function toMs(text: string): number {
  const unit = text.replace(/^\d+/, "");
  return Number.parseInt(text, 10) * (UNIT_MS[unit] ?? Number.NaN);
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
