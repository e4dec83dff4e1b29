import { z } from "zod";

/** What can fail: three parts of each cluster, and three that belong to none. */
export const PARTS = ["api", "shop", "store", "dns", "route53", "control"] as const;

/** Those that belong to no cluster. */
export const SHARED_PARTS: readonly string[] = ["dns", "route53", "control"];

export type Part = (typeof PARTS)[number];

/** One of them. Some have no cluster. */
export interface Place {
  readonly part: Part;
  readonly cluster?: string | undefined;
}

const scope = {
  /** `all` of a cluster, or, without one, of the whole sandbox. */
  part: z.enum([...PARTS, "all"]),
  /** Absent: in every cluster. */
  cluster: z.string().optional(),
};

export const faultSchema = z.discriminatedUnion("kind", [
  /** The listener is closed and every connection reset; refused from then on. */
  z.strictObject({ kind: z.literal("kill"), ...scope }),
  /** Accepts, and neither reads nor writes. */
  z.strictObject({ kind: z.literal("hang"), ...scope }),
  /** Each answer leaves so much later. */
  z.strictObject({ kind: z.literal("slow"), ms: z.int().min(1).max(60_000), ...scope }),
  /** Of so many calls, from 0 to 1, the answer is 500, or SERVFAIL. */
  z.strictObject({ kind: z.literal("error-rate"), fraction: z.number().min(0).max(1), ...scope }),
  /** What comes from there, or goes there, is withheld. A cluster always reaches itself. */
  z.strictObject({
    kind: z.literal("partition"),
    from: z.union([z.literal("all"), z.array(z.ipv4()).min(1)]).default("all"),
    ...scope,
  }),
]);

export type Fault = z.output<typeof faultSchema>;

export const FAULT_KINDS = faultSchema.options.map(({ shape }) => shape.kind.value);

/** What all faults together do to one place. */
export interface Effect {
  readonly isKilled: boolean;
  readonly isHung: boolean;
  readonly slowMs: number;
  readonly errorRate: number;
  /** Is this source address cut off from it? */
  readonly isCut: (from: string) => boolean;
}

/** All faults that are in force: the only thing that the outermost layers read. */
export class Faults {
  readonly #addresses: Readonly<Record<string, string>>;
  readonly #faults = new Map<string, Fault>();
  readonly #watchers = new Set<() => Promise<void>>();
  #added = 0;

  /** By cluster: the address that all its parts listen on and speak from. */
  constructor(addresses: Readonly<Record<string, string>>) {
    this.#addresses = addresses;
  }

  /** Settles with its id when it is in force everywhere. */
  async add(fault: Fault): Promise<string> {
    this.#added += 1;
    const id = `fault-${this.#added}`;
    this.#faults.set(id, fault);
    await this.#changed();
    return id;
  }

  /** Heals one, or all; settles when that is done. False: there is no such fault. */
  async remove(id?: string): Promise<boolean> {
    if (id === undefined) this.#faults.clear();
    else if (!this.#faults.delete(id)) return false;
    await this.#changed();
    return true;
  }

  list(): readonly (Fault & { readonly id: string })[] {
    return [...this.#faults].map(([id, fault]) => ({ id, ...fault }));
  }

  at(place: Place): Effect {
    const faults = [...this.#faults.values()];
    const here = faults.filter((fault) => covers(fault, place));
    return {
      isKilled: here.some(({ kind }) => kind === "kill"),
      isHung: here.some(({ kind }) => kind === "hang"),
      slowMs: Math.max(0, ...here.map((fault) => (fault.kind === "slow" ? fault.ms : 0))),
      errorRate: Math.max(
        0,
        ...here.map((fault) => (fault.kind === "error-rate" ? fault.fraction : 0)),
      ),
      isCut: (from) =>
        here.some((fault) => this.#isCutBy(fault, place, from)) ||
        faults.some((fault) => !covers(fault, place) && this.#isGone(fault, from)),
    };
  }

  /** Called at each change, which is done when the watcher's promise settles. */
  watch(watcher: () => Promise<void>): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #isCutBy(fault: Fault, { cluster }: Place, from: string): boolean {
    if (fault.kind !== "partition") return false;
    if (fault.from !== "all") return fault.from.includes(from);
    return cluster === undefined || from !== this.#addresses[cluster];
  }

  /** A cluster that is dead, stopped or cut off as a whole sends nothing to others either. */
  #isGone(fault: Fault, from: string): boolean {
    if (fault.part !== "all" || fault.cluster === undefined) return false;
    if (this.#addresses[fault.cluster] !== from) return false;
    if (fault.kind === "partition") return fault.from === "all";
    return fault.kind === "kill" || fault.kind === "hang";
  }

  async #changed(): Promise<void> {
    await Promise.all([...this.#watchers].map((watcher) => watcher()));
  }
}

function covers(fault: Fault, { part, cluster }: Place): boolean {
  if (fault.part !== "all" && fault.part !== part) return false;
  return fault.cluster === undefined || fault.cluster === cluster;
}
