/**
 * What clocks on the wall show somewhere. A local time is the ms since 1970-01-01T00:00 on such a
 * clock, as if it had never been moved.
 */
export interface Zone {
  /** What such a clock is ahead of UTC at an instant, in ms: local time = instant + offset. */
  offsetMs(instant: number): number;
}

export function localOf(instant: number, zone: Zone): number {
  return instant + zone.offsetMs(instant);
}

/**
 * When a clock there shows the local time: the first time where it does so twice; where it never
 * does because the clock was moved ahead over it, the instant at which it was moved.
 */
export function instantOf(local: number, zone: Zone): number {
  const before = local - zone.offsetMs(local - DAY_MS);
  const after = local - zone.offsetMs(local + DAY_MS);
  const [first, second] = before < after ? [before, after] : [after, before];
  if (localOf(first, zone) === local) return first;
  return localOf(second, zone) === local ? second : changeBetween(first, second, zone);
}

/** The first instant with the offset that the later one of the two has; they differ in it. */
export function changeBetween(earlier: number, later: number, zone: Zone): number {
  const offset = zone.offsetMs(later);
  let [old, fresh] = [earlier, later];
  while (fresh - old > 1) {
    const middle = Math.floor((old + fresh) / 2);
    if (zone.offsetMs(middle) === offset) fresh = middle;
    else old = middle;
  }
  return fresh;
}

/** Monday is 0. */
export function dayOf(local: number): number {
  return (((Math.floor(local / DAY_MS) + THURSDAY) % 7) + 7) % 7;
}

/** Since midnight, in whole minutes. */
export function minuteOf(local: number): number {
  return Math.floor((local - Math.floor(local / DAY_MS) * DAY_MS) / 60_000);
}

export const DAY_MS = 86_400_000;
/** 1970-01-01 was one. */
const THURSDAY = 3;
