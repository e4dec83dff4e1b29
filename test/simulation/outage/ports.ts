import { GreenlightError } from "../../../src/domain/errors.ts";
import { type Action, bind } from "../../../src/engine/action.ts";
import type { Cluster } from "../../../src/engine/ports/cluster.ts";
import type { Driver, Seen } from "../../../src/engine/ports/driver.ts";
import type { Journal } from "../../../src/engine/ports/journal.ts";
import type { Leases } from "../../../src/engine/ports/lease.ts";
import type { Queue } from "../../../src/engine/ports/queue.ts";
import type { Gateway } from "./gateway.ts";
import type { Part, SiteName } from "./site.ts";
import type { World } from "./world.ts";

/** The world's parts as one process has them: whatever they do goes through its gateway. */
export function clusterOf(world: World, site: SiteName, gateway: Gateway): Cluster {
  const { kubernetes } = world.sites[site];
  const at = { site, part: "api" } as const;
  return {
    read: (ref, signal) => gateway.read(at, signal, () => kubernetes.read(ref, signal)),
    list: (...about) => gateway.read(at, about[1], () => kubernetes.list(...about)),
    patch: (patch, signal) =>
      gateway.write(at, signal, (inTime) => kubernetes.patch(patch, inTime)),
    apply: (patch, signal) =>
      gateway.write(at, signal, (inTime) => kubernetes.apply(patch, inTime)),
    // A watch of a server that is gone says nothing: the engine looks again by itself.
    watch: (ref, signal) => kubernetes.watch(ref, signal),
    whyNotReady: (signal) => gateway.read(at, signal, () => kubernetes.whyNotReady(signal)),
  };
}

export function leasesOf(world: World, site: SiteName, gateway: Gateway): Leases {
  const { leases } = world.sites[site];
  const at = { site, part: "api" } as const;
  return {
    read: (name, signal) => gateway.read(at, signal, () => leases.read(name, signal)),
    swap: (name, change, signal) =>
      gateway.write(at, signal, (inTime) => leases.swap(name, change, inTime)),
  };
}

export function bindThrough<Desired, Observed extends Seen>(
  driver: Driver<Desired, Observed>,
  desired: Desired,
  { at, gateway }: { at: { site: SiteName; part: Part } | "zone"; gateway: Gateway },
): Action {
  const own: Driver<Desired, Observed> = {
    name: driver.name,
    observe: (signal) => gateway.read(at, signal, () => driver.observe(signal)),
    apply: (wanted, authority) =>
      gateway.write(at, authority.signal, (signal) =>
        driver.apply(wanted, { ...authority, signal }),
      ),
    whyNotReached: (...args) => driver.whyNotReached(...args),
    restoring: (before) => driver.restoring(before),
  };
  return bind(own, desired);
}

export function journalOf(world: World, gateway: Gateway): Journal {
  const { journal } = world;
  const away = () => {
    if (world.isJournalAway) throw new GreenlightError("GL_STORAGE_AWAY", "injected");
  };
  return {
    append: (draft) => gateway.append(draft, () => journal.append(draft)),
    read: async (stream) => {
      away();
      return await journal.read(stream);
    },
    last: (stream) => journal.last(stream),
    follow: (...page) => journal.follow(...page),
    head: () => journal.head(),
    openOperations: () => journal.openOperations(),
    operations: (options) => journal.operations(options),
  };
}

/** A worker of a dead process takes nothing more. */
export function queueOf({ queue }: World, life: AbortSignal): Queue {
  return {
    add: async (job) => {
      life.throwIfAborted();
      await queue.add(job);
    },
    stateOf: (job) => queue.stateOf(job),
    work: async (handler) => {
      const worker = await queue.work(handler);
      const close = () => void worker.close().catch(() => undefined);
      life.addEventListener("abort", close, { once: true });
      return worker;
    },
  };
}
