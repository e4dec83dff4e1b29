import { changeBetween, DAY_MS, instantOf, localOf, type Zone } from "./local-time.ts";

/** The local times that an expression names, as if no clock were ever moved. */
export interface LocalTimes {
  /** It names all hours: then it goes by what passes, else by what the clock shows. */
  readonly everyHour: boolean;
  /** The first one after, the last one before a local time; undefined: none comes. */
  next(local: number): number | undefined;
  previous(local: number): number | undefined;
}

export interface Calendar {
  readonly times: LocalTimes;
  readonly zone: Zone;
}

/**
 * The first slot after an instant; undefined: none comes.
 *
 * Where clocks are moved, what names hours comes once: at the instant of the change if its local
 * time is left out, at the first of two if it comes twice. What names every hour goes on in both
 * of two equal hours, and has none in an hour that is left out.
 */
export function nextSlot({ times, zone }: Calendar, after: number): number | undefined {
  if (times.everyHour) return nextPassing({ times, zone }, after);
  let local: number | undefined = times.next(shownLatest(after, zone));
  // What is left out comes at one instant, however much of it there is.
  for (let tries = 0; local !== undefined && tries < MAX_TRIES; tries += 1) {
    const slot = instantOf(local, zone);
    if (slot > after) return slot;
    local = times.next(local);
  }
  return undefined;
}

/** The latest local time that a clock there has shown until an instant: not before it was moved back. */
function shownLatest(until: number, zone: Zone): number {
  const local = localOf(until, zone);
  const first = instantOf(local, zone);
  if (first >= until) return local;
  const change = changeBetween(first, until, zone);
  return change + zone.offsetMs(change - 1) - 1;
}

/** The last slot that is not after an instant; undefined: there was none. */
export function previousSlot({ times, zone }: Calendar, until: number): number | undefined {
  if (times.everyHour) return previousPassing({ times, zone }, until);
  // As a clock shows it that is not moved back until then.
  const offset = Math.max(zone.offsetMs(until), zone.offsetMs(until - DAY_MS));
  let local: number | undefined = until + offset + 1;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    local = times.previous(local);
    if (local === undefined) return undefined;
    const slot = instantOf(local, zone);
    if (slot <= until) return slot;
  }
  return undefined;
}

/** Goes by the offset of the instant, and begins anew where that changes on the way. */
function nextPassing({ times, zone }: Calendar, after: number): number | undefined {
  let [from, offset] = [after, zone.offsetMs(after)];
  for (let changes = 0; changes < MAX_CHANGES; changes += 1) {
    const local = times.next(from + offset);
    if (local === undefined) return undefined;
    const slot = local - offset;
    const later = zone.offsetMs(slot);
    if (later === offset) return slot;
    from = changeBetween(from, slot, zone) - 1;
    offset = later;
  }
  return undefined;
}

function previousPassing({ times, zone }: Calendar, until: number): number | undefined {
  let [to, offset] = [until, zone.offsetMs(until)];
  for (let changes = 0; changes < MAX_CHANGES; changes += 1) {
    const local = times.previous(to + offset + 1);
    if (local === undefined) return undefined;
    const slot = local - offset;
    const earlier = zone.offsetMs(slot);
    if (earlier === offset) return slot;
    to = changeBetween(slot, to, zone) - 1;
    offset = zone.offsetMs(to);
  }
  return undefined;
}

/** A time each second through two equal hours is passed over so often. */
const MAX_TRIES = 8_000;
/** A slot of a leap day may be eight years away, with two changes a year. */
const MAX_CHANGES = 40;
