import type { Application } from "../domain/application.ts";
import type { DataStatus } from "../domain/data-status.ts";
import { reasonOf } from "../domain/errors.ts";
import type { Found, SeenLease, SeenWorkload, Survey } from "../domain/survey.ts";
import { abandonable } from "./deadline.ts";
import type { Clock } from "./ports/clock.ts";
import type { Leases } from "./ports/lease.ts";

/** How an application is looked at: the drivers' `observe`, by name. */
export interface Sight {
  workload(name: string, cluster: string, signal: AbortSignal): Promise<SeenWorkload>;
  store(name: string, cluster: string, signal: AbortSignal): Promise<DataStatus>;
  readonly leases: Readonly<Record<string, Leases>>;
}

/** One round of reading everything that a decision needs, all at once, each within its bound. */
export async function takeSurvey(
  application: Application,
  sight: Sight,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Survey> {
  const at = clock.wallMs();
  const clusters = [application.home, application.standby];
  const look = async <T>(read: (signal: AbortSignal) => Promise<T>): Promise<Found<T>> => {
    const bound = AbortSignal.any([signal, clock.timeout(READ_MS)]);
    try {
      return { found: await abandonable(read, bound) };
    } catch (error) {
      signal.throwIfAborted();
      return { missing: reasonOf(error) };
    }
  };
  const [leases, workloads, stores] = await Promise.all([
    each(clusters, (cluster) => look((bound) => readLease(application, cluster, sight, bound))),
    each(clusters, (cluster) =>
      each(application.workloads, (name) => look((bound) => sight.workload(name, cluster, bound))),
    ),
    each(application.data, (name) =>
      each(clusters, (cluster) => look((bound) => sight.store(name, cluster, bound))),
    ),
  ]);
  return { at, leases, workloads, stores };
}

async function readLease(
  { name }: Application,
  cluster: string,
  { leases }: Sight,
  signal: AbortSignal,
): Promise<SeenLease | null> {
  const record = (await leases[cluster]?.read(name, signal))?.record;
  if (!record) return null;
  const { epoch, sequence, primary, operation } = record;
  return { epoch, sequence, primary, ...(operation !== undefined && { operation }) };
}

async function each<T>(
  names: readonly string[],
  find: (name: string) => Promise<T>,
): Promise<Record<string, T>> {
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await find(name)] as const)),
  );
}

/** A cluster that takes longer than this to say something is no ground to act on. */
const READ_MS = 400;
