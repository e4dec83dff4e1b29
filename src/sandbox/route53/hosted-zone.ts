import type { Clock } from "../../engine/ports/clock.ts";
import type { NameServer } from "../dns/name-server.ts";
import { type ApiSet, type ApiSets, compare, keyOf } from "./api-set.ts";
import { type ApiChange, applyBatch } from "./change-batch.ts";
import { answeredOf, apiSetsOf, zoneKeyOf } from "./zone-set.ts";

export interface ChangeInfo {
  readonly id: string;
  readonly status: "PENDING" | "INSYNC";
  /** In ms since 1970. */
  readonly submittedAt: number;
}

/**
 * The zone of a name server, as Route 53 keeps it: a change is in the zone at once, and answered by
 * the name server when it is in sync. Who changes the name server past it is seen here at once.
 */
export class HostedZone {
  readonly id: string;
  readonly name: string;
  readonly #server: Pick<NameServer, "zone" | "edit">;
  readonly #clock: Clock;
  readonly #changes = new Map<string, ChangeInfo>();
  readonly #closing = new AbortController();
  /** Sets with a routing policy that the name server answers from; it knows of none itself. */
  #routed: ApiSets = new Map();
  #pending: readonly Pending[] = [];
  #pendingMs = 0;

  constructor({ id, server, clock }: HostedZoneOptions) {
    this.id = id;
    this.name = server.zone().name;
    this.#server = server;
    this.#clock = clock;
  }

  /** How long changes from now on are on their way. */
  setPending(ms: number): void {
    this.#pendingMs = ms;
  }

  /** In the API's order. */
  sets(): readonly ApiSet[] {
    return [...this.#now().values()].sort(compare);
  }

  change(changes: readonly ApiChange[]): ChangeInfo | { readonly refused: string } {
    const applied = applyBatch(this.name, this.#now(), changes);
    if ("refused" in applied) return applied;
    const keys = changes.map(({ set }) => keyOf(set));
    const edits = new Map(keys.map((key) => [key, applied.sets.get(key)]));
    const number = this.#changes.size + 1;
    const info: ChangeInfo = {
      id: `C${String(number).padStart(13, "0")}`,
      status: "PENDING",
      submittedAt: this.#clock.wallMs(),
    };
    this.#changes.set(info.id, info);
    const places = changes.map(({ set: { name, type } }) => ({ name, type }));
    this.#pending = [...this.#pending, { id: info.id, edits, places }];
    if (this.#pendingMs === 0) this.#settle(info.id);
    else
      void this.#clock
        .sleep(this.#pendingMs, this.#closing.signal)
        .then(() => this.#settle(info.id))
        .catch(() => undefined);
    return this.find(info.id) ?? info;
  }

  find(id: string): ChangeInfo | undefined {
    return this.#changes.get(id);
  }

  close(): void {
    this.#closing.abort();
  }

  /** What the name server answers from. */
  #answered(): Map<string, ApiSet> {
    const routed = [...this.#routed.values()];
    const simple = apiSetsOf(this.#server.zone()).filter(
      ({ name, type }) => !routed.some((set) => set.name === name && set.type === type),
    );
    return new Map([...simple, ...routed].map((set) => [keyOf(set), set]));
  }

  /** With all that is on its way. */
  #now(): Map<string, ApiSet> {
    const sets = this.#answered();
    for (const { edits } of this.#pending) make(sets, edits);
    return sets;
  }

  /** This one and those before it: they were made in this order. */
  #settle(id: string): void {
    const at = this.#pending.findIndex((pending) => pending.id === id);
    const settled = this.#pending.slice(0, at + 1);
    this.#pending = this.#pending.slice(at + 1);
    const sets = this.#answered();
    for (const { edits } of settled) make(sets, edits);
    const places = settled.flatMap((pending) => pending.places);
    this.#routed = new Map([...sets].filter(([, { identifier }]) => identifier !== undefined));
    this.#server.edit((old) => {
      const zone = new Map(old);
      for (const { name, type } of places) {
        const here = [...sets.values()].filter((set) => set.name === name && set.type === type);
        const answered = answeredOf(here);
        if (answered) zone.set(zoneKeyOf({ name, type }), answered);
        else zone.delete(zoneKeyOf({ name, type }));
      }
      return zone;
    });
    for (const { id: done } of settled) {
      const info = this.#changes.get(done);
      if (info) this.#changes.set(done, { ...info, status: "INSYNC" });
    }
  }
}

export interface HostedZoneOptions {
  readonly id: string;
  readonly server: Pick<NameServer, "zone" | "edit">;
  readonly clock: Clock;
}

interface Pending {
  readonly id: string;
  /** By key; undefined: gone. */
  readonly edits: ReadonlyMap<string, ApiSet | undefined>;
  readonly places: readonly Pick<ApiSet, "name" | "type">[];
}

function make(sets: Map<string, ApiSet>, edits: Pending["edits"]): void {
  for (const [key, set] of edits) {
    if (set === undefined) sets.delete(key);
    else sets.set(key, set);
  }
}
