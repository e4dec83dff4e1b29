import type { ListResourceRecordSetsCommandInput, Route53Client } from "@aws-sdk/client-route-53";
import type { Chance } from "../../engine/ports/chance.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { bounded } from "../clock/bound.ts";
import type { OpenRoute53, Route53, Route53Access } from "./route53.ts";
import { isBusy, route53FailureOf } from "./route53-failure.ts";

export interface Route53Options {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Bounds each call on the network, not the pauses between two of them. */
  readonly timeoutMs: number;
}

/** Connections to Route 53's API, one set for each access. */
export interface Route53Clients {
  readonly open: OpenRoute53;
  /** Begins to load what the first call needs, so that it need not wait. */
  load(): void;
  close(): Promise<void>;
}

/** The SDK is loaded with the first access: it takes a quarter of a second, and few need it. */
export function createRoute53Clients(options: Route53Options): Route53Clients {
  const clients = new Map<string, Promise<Client>>();
  return {
    open: (access) => {
      const key = JSON.stringify(access);
      const client = clients.get(key) ?? connect(access);
      // Whoever calls sees the failure.
      client.catch(() => undefined);
      clients.set(key, client);
      return createRoute53(client, options);
    },
    load: () => {
      // Whoever opens it sees the failure.
      loadSdk().catch(() => undefined);
    },
    close: async () => {
      for (const client of await Promise.allSettled(clients.values()))
        if (client.status === "fulfilled") client.value.route53.destroy();
      clients.clear();
    },
  };
}

type Sdk = typeof import("./sdk.ts");

interface Client {
  readonly sdk: Sdk;
  readonly route53: Route53Client;
}

function loadSdk(): Promise<Sdk> {
  return import("./sdk.ts");
}

async function connect({ endpoint, credentials }: Route53Access): Promise<Client> {
  const sdk = await loadSdk();
  const route53 = new sdk.Route53Client({
    // The API lives there, whatever region asks.
    region: "us-east-1",
    // Its own retries know neither our clock nor our deadline.
    maxAttempts: 1,
    requestHandler: {
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== "sdk-chain" && { credentials: { ...credentials } }),
  });
  return { sdk, route53 };
}

function createRoute53(client: Promise<Client>, options: Route53Options): Route53 {
  const call = <T>(what: Named, ask: Ask<T>, signal: AbortSignal) =>
    patiently(what, async (bound) => await ask(await client, bound), { ...options, signal });
  return {
    list: async (hostedZone, from, signal) => {
      const what = { what: `listing ${from.name} in ${hostedZone}`, isChange: false };
      const input: ListResourceRecordSetsCommandInput = {
        HostedZoneId: hostedZone,
        StartRecordName: from.name,
        ...(from.type && { StartRecordType: from.type }),
        ...(from.identifier && { StartRecordIdentifier: from.identifier }),
        ...(from.maxItems && { MaxItems: from.maxItems }),
      };
      const answer = await call(
        what,
        ({ sdk, route53 }, abortSignal) =>
          route53.send(new sdk.ListResourceRecordSetsCommand(input), { abortSignal }),
        signal,
      );
      const { NextRecordName: name, NextRecordType: type, NextRecordIdentifier } = answer;
      const identifier =
        NextRecordIdentifier === undefined ? {} : { identifier: NextRecordIdentifier };
      const sets = answer.ResourceRecordSets ?? [];
      if (!answer.IsTruncated || name === undefined || type === undefined) return { sets };
      return { sets, next: { name, type, ...identifier } };
    },
    change: async (hostedZone, { changes, comment }, signal) => {
      const what = { what: `changing ${hostedZone}`, isChange: true };
      const ChangeBatch = { Changes: [...changes], Comment: comment };
      const { ChangeInfo } = await call(
        what,
        ({ sdk, route53 }, abortSignal) =>
          route53.send(
            new sdk.ChangeResourceRecordSetsCommand({ HostedZoneId: hostedZone, ChangeBatch }),
            { abortSignal },
          ),
        signal,
      );
      const id = (ChangeInfo?.Id ?? "").replace(/^\/change\//, "");
      return { id, isInSync: ChangeInfo?.Status === "INSYNC" };
    },
    isInSync: async (changeId, signal) => {
      const what = { what: `asking for change ${changeId}`, isChange: false };
      const { ChangeInfo } = await call(
        what,
        ({ sdk, route53 }, abortSignal) =>
          route53.send(new sdk.GetChangeCommand({ Id: changeId }), { abortSignal }),
        signal,
      );
      return ChangeInfo?.Status === "INSYNC";
    },
  };
}

type Named = Parameters<typeof route53FailureOf>[1];
type Ask<T> = (client: Client, signal: AbortSignal) => Promise<T>;

/** Again and again while it is busy: five calls a second are all that an account has. */
async function patiently<T>(
  what: Named,
  call: (signal: AbortSignal) => Promise<T>,
  { clock, chance, timeoutMs, signal }: Route53Options & { readonly signal: AbortSignal },
): Promise<T> {
  for (let busy = 0; ; busy += 1) {
    try {
      return await bounded({ clock, timeoutMs, signal }, call);
    } catch (error) {
      signal.throwIfAborted();
      if (!isBusy(error) || busy === MAX_BUSY) throw route53FailureOf(error, what);
      const mostMs = Math.min(FIRST_PAUSE_MS * 2 ** busy, LONGEST_PAUSE_MS);
      // Those who were refused together should not come back together.
      await clock.sleep(mostMs * (0.5 + chance.fraction() / 2), signal);
    }
  }
}

const MAX_SOCKETS = 8;
/** About 20 s in all, where no signal aborts before. */
const MAX_BUSY = 8;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;
