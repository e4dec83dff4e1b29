import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createDnsClient } from "../../src/adapters/dns-message/client.ts";
import { endpoint } from "../../src/adapters/dns-message/endpoint.ts";
import { CLASS, type ResourceRecord, TYPE } from "../../src/adapters/dns-message/message.ts";
import { encodeAddress, encodeText } from "../../src/adapters/dns-message/record-data.ts";
import type { TsigKey } from "../../src/adapters/dns-message/tsig.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";

export const ZONE = "sandbox.test";
const NOTHING = Buffer.alloc(0);
const NEVER = new AbortController().signal;

/** Our client with the addresses of a test, which waits long: machines are slow at times. */
export function createTestClient({
  aheadMs = 0,
  timeoutMs = 5000,
}: {
  readonly aheadMs?: number;
  readonly timeoutMs?: number;
} = {}) {
  const clock = createSkewedClock(() => aheadMs);
  const client = createDnsClient({ clock, chance: createChance(clock), timeoutMs });
  return {
    client,
    ask: (server: string, name: string, type: number) =>
      client.ask(endpoint.parse(server), { name, type }, NEVER),
    update: (
      server: string,
      key: TsigKey,
      {
        zone = ZONE,
        prerequisites = [],
        changes,
      }: {
        readonly zone?: string;
        readonly prerequisites?: readonly ResourceRecord[];
        readonly changes: readonly ResourceRecord[];
      },
    ) => client.update(endpoint.parse(server), { zone, prerequisites, changes, key }, NEVER),
  };
}

/** Real time, but for the date. */
export function createSkewedClock(aheadMs: () => number): Clock {
  const clock = new SystemClock();
  return {
    wallMs: () => clock.wallMs() + aheadMs(),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    timeout: (ms) => clock.timeout(ms),
  };
}

/** The parts of an update. */
export function add(name: string, address: string, ttlSeconds = 60): ResourceRecord {
  return { name, type: TYPE.a, class: CLASS.in, ttlSeconds, data: encodeAddress(address) };
}

export function addText(name: string, text: string, ttlSeconds = 60): ResourceRecord {
  return { name, type: TYPE.txt, class: CLASS.in, ttlSeconds, data: encodeText(text) };
}

export function removeOne(record: ResourceRecord): ResourceRecord {
  return { ...record, class: CLASS.none, ttlSeconds: 0 };
}

/** With `TYPE.any`: all that the name has. */
export function removeAll(name: string, type: number): ResourceRecord {
  return { name, type, class: CLASS.any, ttlSeconds: 0, data: NOTHING };
}

/** The prerequisites: with exactly these values, there at all, not there. */
export function holds(record: ResourceRecord): ResourceRecord {
  return { ...record, ttlSeconds: 0 };
}

export function isThere(name: string, type: number): ResourceRecord {
  return removeAll(name, type);
}

export function isAbsent(name: string, type: number): ResourceRecord {
  return { ...removeAll(name, type), class: CLASS.none };
}
