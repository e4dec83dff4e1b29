import type { Log } from "../adapters/log/log.ts";

/** Tells of each reason once, and not of as many as somebody likes to make up. */
export function createStrangers(log: Pick<Log, "warn">): (why: string) => void {
  const told = new Set<string>();
  return (why) => {
    if (told.has(why) || told.size >= MOST) return;
    told.add(why);
    log.warn({ why }, "what an observer says does not fit the configuration, and is not heeded");
  };
}

const MOST = 100;
