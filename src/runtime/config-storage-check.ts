import { isLoopbackHost } from "../adapters/redis/redis-place.ts";
import { parseHostPort } from "../adapters/schema/host-port.ts";
import type { Flaw } from "../adapters/schema/issue-text.ts";
import type { Draft } from "./config-draft.ts";

/**
 * What can't run together of storage, queue and bus: processes that share nothing else need all
 * three, and one process alone none of them.
 */
export function* whyStorageWrong(draft: Draft): Generator<Flaw> {
  const { storage, queue, bus } = draft;
  if (storage?.driver === "embedded") {
    for (const part of ["queue", "bus"] as const)
      if (draft[part] !== undefined)
        yield { path: [part], what: "is for storage on a server: embedded keeps all by itself" };
  }
  if (storage?.driver === "postgres") yield* whyNotShared(draft);
  if (bus && !bus.redis && queue?.driver === "postgres")
    yield { path: ["bus"], what: "needs a redis of its own: the queue is in PostgreSQL" };
  if (queue?.driver === "redis") yield* whyOpen(queue, ["queue"]);
  if (bus?.redis) yield* whyOpen(bus.redis, ["bus", "redis"]);
}

function* whyNotShared({ queue, bus, audit }: Draft): Generator<Flaw> {
  const at = ["storage", "driver"];
  if (!queue) yield { path: at, what: "on a server needs a queue that processes share" };
  if (!bus) yield { path: at, what: "on a server needs a bus from the probes to the workers" };
  if (!audit?.signingKey)
    yield { path: at, what: "on a server needs an audit.signingKey that all processes have" };
}

interface Way {
  readonly secretRef?: string | undefined;
  readonly address?: string | undefined;
  readonly sentinels?: readonly (string | undefined)[] | undefined;
  readonly nodes?: readonly (string | undefined)[] | undefined;
}

/** Whoever writes to our Redis holds jobs up. */
function* whyOpen(way: Way, path: readonly string[]): Generator<Flaw> {
  if (way.secretRef !== undefined) return;
  const addresses = [way.address, ...(way.sentinels ?? []), ...(way.nodes ?? [])];
  const away = addresses.find(
    (address) => address !== undefined && !isLoopbackHost(parseHostPort(address).host),
  );
  if (away !== undefined)
    yield { path, what: `${away} is not on loopback: a secretRef must name its password` };
}
