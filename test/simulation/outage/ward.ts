import { type Fence, isStale } from "../../../src/domain/fence.ts";
import { ADDRESSES, SITES, type SiteName, WORKLOAD } from "./site.ts";
import type { World } from "./world.ts";

/** Looks at the world after each write, whoever made it, and keeps what must never happen. */
export class Ward {
  readonly #world: World;
  readonly #pairs = new Map<string, Fence>();
  readonly #primaries = new Map<number, SiteName>();
  readonly #holders = new Map<number, string>();
  readonly #roles = new Map<SiteName, string>();
  readonly violations: string[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  look(what: string): void {
    const { sites, zone } = this.#world;
    this.#world.wasHarmed(0);
    for (const name of SITES) {
      const { kubernetes, store, leases } = sites[name];
      const { annotations } = kubernetes.look(WORKLOAD);
      this.#raise(`${name} shop`, {
        epoch: Number(annotations["greenlight.dev/epoch"] ?? 0),
        sequence: Number(annotations["greenlight.dev/sequence"] ?? 0),
      });
      this.#raise(`${name} store`, store.look());
      this.#lookAtStore(name, store.look());
      const lease = leases.look("shop");
      if (lease) this.#raise(`${name} lease`, lease);
      if (lease?.operation !== undefined) this.#lookAtHolder(lease.epoch, lease.operation);
    }
    const answer = zone.look();
    this.#raise("zone", answer);
    if (!Object.values<string>(ADDRESSES).includes(answer.address))
      this.blame(`6: the zone answers "${answer.address}" after ${what}`);
  }

  /** An operation that nobody asked for is opened. */
  lookAtOpening(): void {
    if (!this.#world.wasHarmed(KNOWN_LATER_MS)) this.blame("7: it moves though users are served");
    if (this.#world.isIsolated(KNOWS_ITSELF_MS)) this.blame("7: an isolated observer moves it");
  }

  blame(violation: string): void {
    if (!this.violations.includes(violation)) this.violations.push(violation);
    this.#world.note(`VIOLATION ${violation}`);
  }

  /** No target ever goes back to an older pair. */
  #raise(target: string, { epoch, sequence }: Fence): void {
    const held = this.#pairs.get(target) ?? { epoch: 0, sequence: 0 };
    const pair = { epoch, sequence };
    if (isStale(pair, held))
      this.blame(`1: ${target} went from ${held.epoch}/${held.sequence} to ${epoch}/${sequence}`);
    this.#pairs.set(target, pair);
  }

  /** At one epoch only one store is ever told to take writes, and only the standby's is promoted. */
  #lookAtStore(name: SiteName, { epoch, role }: Fence & { readonly role: string }): void {
    const was = this.#roles.get(name);
    this.#roles.set(name, role);
    if (was === "standby" && role === "primary") this.#lookAtPromotion(name);
    if (role !== "primary") return;
    const other = this.#primaries.get(epoch);
    if (epoch > 0 && other !== undefined && other !== name)
      this.blame(`1: at epoch ${epoch} both ${other} and ${name} took writes`);
    this.#primaries.set(epoch, name);
  }

  /** What the standby has, and what the fenced or dead primary had acknowledged. */
  #lookAtPromotion(name: SiteName): void {
    const { sites, application } = this.#world;
    const [old, own] = [sites.blue.store.look(), sites[name].store.look()];
    const isQuiet = sites.blue.states.store !== "up" || old.role === "fenced";
    const lostMs = old.newestAt - own.newestAt;
    if (name === "blue") this.blame("7: blue was promoted");
    if (isQuiet && lostMs > application.objectives.rpoMs + CLOCK_SLACK_MS)
      this.blame(`2: ${name} was promoted ${lostMs} ms behind`);
  }

  #lookAtHolder(epoch: number, operation: string): void {
    const other = this.#holders.get(epoch);
    if (other !== undefined && other !== operation)
      this.blame(`1: epoch ${epoch} was held by ${other} and ${operation}`);
    this.#holders.set(epoch, operation);
  }
}

/** From what happened to what was opened because of it. */
const KNOWN_LATER_MS = 4_000;

/** A vantage looks at itself twice a second, and its own answer takes a quarter of one. */
const KNOWS_ITSELF_MS = 1_000;

/** A failed probe comes up to an interval after what it tells of. */
const CLOCK_SLACK_MS = 500;
