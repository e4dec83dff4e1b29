import { isIPv4 } from "node:net";
import { z } from "zod";
import { isWithin } from "../../adapters/dns-message/name.ts";
import { TSIG_ALGORITHMS, type TsigKey } from "../../adapters/dns-message/tsig.ts";
import { secretRef } from "../../adapters/schema/secret-ref.ts";
import { codeOf, GreenlightError } from "../../domain/errors.ts";
import { isSameFence, isStale } from "../../domain/fence.ts";
import type { Driver } from "../../engine/ports/driver.ts";
import { type Dns, type DnsTools, domainName, publicName, stepTimeout } from "./dns.ts";
import { readRecord, replacing } from "./held-record.ts";
import { look, readSerial, type ServerSeen, whyNotAll, whyNotKept } from "./name-servers.ts";

export const schema = z
  .strictObject({
    driver: z.literal("rfc2136"),
    /** The first of its servers takes the updates. */
    ...publicName,
    timeout: stepTimeout("30s"),
    tsig: z.strictObject({ name: domainName, algorithm: z.enum(TSIG_ALGORITHMS), secretRef }),
  })
  .refine(({ record, zone }) => isWithin(record, zone), {
    path: ["record"],
    message: "must be in the zone",
  });

export type Config = z.infer<typeof schema>;

export type Observed = {
  readonly epoch: number;
  readonly sequence: number;
  /** What the first server answers: "" is none, several have a space between. */
  readonly address: string;
  readonly ttlSeconds: number;
  readonly servers: readonly ServerSeen[];
};

/**
 * Points one name at one address by signed updates. The pair is a TXT record beside it, changed in
 * the same update, on the condition that both are still as read: the server compares and swaps.
 */
export function create(
  config: Config,
  { dns, secret }: Pick<DnsTools, "dns" | "secret">,
): Driver<Dns, Observed> {
  const { zone, record } = config;
  const [server, ...others] = config.servers;
  if (server === undefined) throw new GreenlightError("GL_CONFIG", `${record} has no name server`);
  const key = keyOf(config, secret);
  const normalSeconds = config.ttl / 1000;
  return {
    name: "dns/rfc2136",
    observe: async (signal) => {
      const [held, serial, rest] = await Promise.all([
        readRecord(dns, { server, record }, signal),
        readSerial(dns, { server, zone }, signal),
        Promise.all(others.map((other) => look(dns, { server: other, zone, record }, signal))),
      ]);
      const { fence, address, ttlSeconds: seconds } = held;
      const first = { server: server.text, address, serial, problem: null };
      return { ...fence, address, ttlSeconds: seconds, servers: [first, ...rest] };
    },
    apply: async ({ address, ttl }, { epoch, sequence, signal }) => {
      if (!isIPv4(address)) throw new GreenlightError("GL_PLAN_UNSAFE", `${record} for nowhere`);
      const fence = { epoch, sequence };
      for (let lost = 0; ; lost += 1) {
        const held = await readRecord(dns, { server, record }, signal);
        if (isStale(fence, held.fence)) {
          const newer = `${record} has ${held.fence.epoch}/${held.fence.sequence}`;
          throw new GreenlightError("GL_EPOCH_STALE", `${epoch}/${sequence}, ${newer}`);
        }
        const isRight = held.address === address && (ttl ?? held.ttlSeconds) === held.ttlSeconds;
        if (isSameFence(fence, held.fence) && isRight) return;
        signal.throwIfAborted();
        const next = { record, address, ttlSeconds: ttl ?? normalSeconds, fence };
        const change = replacing(held, next);
        try {
          return await dns.update(server, { zone, key, ...change }, signal);
        } catch (error) {
          if (!isUnsettled(error) || lost === MAX_LOST) throw error;
        }
      }
    },
    whyNotReached: ({ servers, ttlSeconds }, { address, ttl }) =>
      whyNotAll(servers, address) ?? whyNotKept(ttlSeconds, ttl),
    restoring: ({ address, ttlSeconds }) =>
      isIPv4(address) ? { address, ttl: ttlSeconds } : undefined,
  };
}

/** Someone came between, or the answer was lost: only a second look tells what is there now. */
function isUnsettled(error: unknown): boolean {
  return ["GL_CONFLICT", "GL_UNREACHABLE"].includes(codeOf(error) ?? "");
}

/** Updates without a good answer before giving up this call; the engine then calls again. */
const MAX_LOST = 5;

function keyOf({ tsig }: Config, secret: DnsTools["secret"]): TsigKey {
  const { name, algorithm } = tsig;
  const text = secret(tsig.secretRef).trim();
  const octets = Buffer.from(text, "base64");
  if (octets.length === 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw new GreenlightError("GL_CONFIG", `${tsig.secretRef}: the key of ${name} is not base64`);
  return { name, algorithm, secret: octets };
}
