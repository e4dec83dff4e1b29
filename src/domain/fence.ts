/** The fencing token of a write, and what a target remembers of the last one it took. */
export interface Fence {
  readonly epoch: number;
  readonly sequence: number;
}

/** Must a target that holds `held` refuse a write that carries `carried`? */
export function isStale(carried: Fence, held: Fence): boolean {
  return carried.epoch === held.epoch
    ? carried.sequence < held.sequence
    : carried.epoch < held.epoch;
}

/** Does the target hold exactly this one? */
export function isSameFence(one: Fence, other: Fence): boolean {
  return one.epoch === other.epoch && one.sequence === other.sequence;
}
