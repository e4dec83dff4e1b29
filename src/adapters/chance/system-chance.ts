import { randomBytes } from "node:crypto";
import type { Chance } from "../../engine/ports/chance.ts";
import type { Clock } from "../../engine/ports/clock.ts";

/** The machine's own chance; ids begin with the time, so that they sort by it. */
export function createChance(clock: Clock): Chance {
  return {
    id: () => `${base36(BigInt(clock.wallMs()), TIME_DIGITS)}${random()}`,
    fraction: () => Math.random(),
  };
}

function random(): string {
  const bits = BigInt(`0x${randomBytes(RANDOM_BYTES).toString("hex")}`);
  return base36(bits, RANDOM_DIGITS).slice(-RANDOM_DIGITS);
}

function base36(value: bigint, digits: number): string {
  return value.toString(36).padStart(digits, "0");
}

/** Enough until the year 5188. */
const TIME_DIGITS = 9;
const RANDOM_BYTES = 6;
/** 36^10 is above 2^48. */
const RANDOM_DIGITS = 10;
