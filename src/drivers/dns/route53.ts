import { isIPv4 } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { isWithin } from "../../adapters/dns-message/name.ts";
import type { Route53Access } from "../../adapters/route53/route53.ts";
import { secretRef } from "../../adapters/schema/secret-ref.ts";
import { codeOf, detailOf, GreenlightError } from "../../domain/errors.ts";
import { isSameFence, isStale } from "../../domain/fence.ts";
import type { Driver } from "../../engine/ports/driver.ts";
import { type Dns, type DnsTools, publicName, stepTimeout } from "./dns.ts";
import { type HeldSets, readSets, replacing } from "./held-sets.ts";
import { look, type ServerSeen, whyNotAll, whyNotKept } from "./name-servers.ts";
import { pairText } from "./pair-text.ts";
import { createPropagation } from "./propagation.ts";

const secret = z.strictObject({ secretRef });

export const schema = z
  .strictObject({
    driver: z.literal("route53"),
    /** The id, as in Z0123456789ABCDEFGHIJ. */
    hostedZone: z.string().regex(/^[A-Z0-9]{1,32}$/, "must be a hosted zone's id, as in Z0123ABC"),
    ...publicName,
    /** Changes are mostly everywhere in 60 s. */
    timeout: stepTimeout("120s"),
    credentials: z.discriminatedUnion("from", [
      z.strictObject({
        from: z.literal("secrets"),
        accessKeyId: secret,
        secretAccessKey: secret,
      }),
      /** Wherever the AWS SDK finds some: environment, files, web identity, instance metadata. */
      z.strictObject({ from: z.literal("sdk-chain") }),
    ]),
    /** Of another API than the public one. */
    endpoint: z.url({ protocol: /^https?$/ }).optional(),
  })
  .refine(({ record, zone }) => isWithin(record, zone), {
    path: ["record"],
    message: "must be in the zone",
  });

export type Config = z.infer<typeof schema>;

export type Observed = {
  readonly epoch: number;
  readonly sequence: number;
  /** What the hosted zone has: "" is none, several have a space between. */
  readonly address: string;
  readonly ttlSeconds: number;
  readonly servers: readonly ServerSeen[];
  /** Of the change that this driver made; null where it made none, or its answer was lost. */
  readonly change: { readonly id: string; readonly isInSync: boolean } | null;
};

/**
 * Points one name at one address by atomic batches. The pair is a TXT record beside it: that its
 * old value is deleted and the new one created in the same batch is what compares and swaps.
 */
export function create(config: Config, tools: DnsTools): Driver<Dns, Observed> {
  const { hostedZone, zone, record, servers } = config;
  const { dns, clock } = tools;
  const route53 = tools.route53(accessOf(config, tools.secret));
  const propagation = createPropagation(route53, clock);
  const place = { hostedZone, record };
  return {
    name: "dns/route53",
    observe: async (signal) => {
      const change = await propagation.look(signal);
      const [held, seen] = await Promise.all([
        propagation.held((bound) => readSets(route53, place, bound), signal),
        Promise.all(servers.map((server) => look(dns, { server, zone, record }, signal))),
      ]);
      const { fence, address, ttlSeconds } = held;
      return { ...fence, address, ttlSeconds, servers: seen, change };
    },
    apply: async ({ address, ttl }, { epoch, sequence, signal }) => {
      if (!isIPv4(address)) throw new GreenlightError("GL_PLAN_UNSAFE", `${record} for nowhere`);
      const fence = { epoch, sequence };
      const next = { record, address, ttlSeconds: ttl ?? config.ttl / 1000, fence };
      propagation.forget();
      let refused: { readonly held: HeldSets; readonly error: unknown } | undefined;
      for (let lost = 0; ; lost += 1) {
        const held = await readSets(route53, place, signal);
        if (isStale(fence, held.fence)) {
          const newer = `${record} has ${held.fence.epoch}/${held.fence.sequence}`;
          throw new GreenlightError("GL_EPOCH_STALE", `${epoch}/${sequence}, ${newer}`);
        }
        const isRight = held.address === address && (ttl ?? held.ttlSeconds) === held.ttlSeconds;
        if (isSameFence(fence, held.fence) && isRight) return;
        if (refused && isDeepStrictEqual(refused.held, held)) throw rejected(refused.error);
        signal.throwIfAborted();
        const batch = { changes: replacing(held, next), comment: `greenlight ${pairText(fence)}` };
        try {
          const sent = await route53.change(hostedZone, batch, signal);
          return propagation.follow(sent, { ...held, fence, address, ttlSeconds: next.ttlSeconds });
        } catch (error) {
          if (codeOf(error) === "GL_UNREACHABLE") propagation.lose();
          if (!isUnsettled(error) || lost === MAX_LOST) throw error;
          refused = codeOf(error) === "GL_CONFLICT" ? { held, error } : undefined;
        }
      }
    },
    whyNotReached: ({ address: held, change, servers: seen, ttlSeconds }, { address, ttl }) =>
      whyNotEverywhere(change) ??
      (held === address ? undefined : `the zone has ${held || "nothing"}, not ${address}`) ??
      whyNotAll(seen, address) ??
      whyNotKept(ttlSeconds, ttl),
    restoring: ({ address, ttlSeconds }) =>
      isIPv4(address) ? { address, ttl: ttlSeconds } : undefined,
  };
}

/** Someone came between, or the answer was lost: only a second look tells what is there now. */
function isUnsettled(error: unknown): boolean {
  return ["GL_CONFLICT", "GL_UNREACHABLE"].includes(codeOf(error) ?? "");
}

/** Nothing changed meanwhile, so it is the batch itself that the API does not want. */
function rejected(error: unknown): GreenlightError {
  return new GreenlightError("GL_REJECTED", detailOf(error), error);
}

/** Batches without a good answer before giving up this call; the engine then calls again. */
const MAX_LOST = 5;

function whyNotEverywhere(change: Observed["change"]): string | undefined {
  if (change === null || change.isInSync) return undefined;
  return `change ${change.id} has not reached all of Route 53's name servers`;
}

function accessOf({ credentials, endpoint }: Config, secretOf: DnsTools["secret"]): Route53Access {
  const at = endpoint === undefined ? {} : { endpoint };
  if (credentials.from === "sdk-chain") return { ...at, credentials: "sdk-chain" };
  const read = ({ secretRef: ref }: z.infer<typeof secret>) => {
    const text = secretOf(ref).trim();
    if (/^[^\s]+$/.test(text)) return text;
    throw new GreenlightError("GL_CONFIG", `${ref} holds no key: it must be one word`);
  };
  const accessKeyId = read(credentials.accessKeyId);
  const secretAccessKey = read(credentials.secretAccessKey);
  return { ...at, credentials: { accessKeyId, secretAccessKey } };
}
