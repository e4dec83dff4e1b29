import { type Fence, isSameFence, isStale } from "../../../src/domain/fence.ts";
import type { OperationPlan } from "../../../src/domain/plan.ts";
import { DECISION } from "../../../src/engine/logbook.ts";
import { ADDRESSES, SITES, type SiteName, WAY, WORKLOAD } from "./site.ts";
import type { World } from "./world.ts";

/** Looks at the world after each write, whoever made it, and keeps what must never happen. */
export class Ward {
  readonly #world: World;
  readonly #pairs = new Map<string, Fence>();
  readonly #primaries = new Map<number, SiteName>();
  readonly #holders = new Map<number, string>();
  readonly #roles = new Map<SiteName, string>();
  readonly violations: string[] = [];
  /** What was written to, as `uses cluster`, and by which operation. */
  readonly touches: { readonly target: string; readonly epoch: number }[] = [];
  /** The epochs at which a store was told to take writes while another one that was up did too. */
  readonly seconds: number[] = [];
  /** And at which it had not all that the one before it had. */
  readonly losses: number[] = [];
  /** And at which one that was fenced was told to take writes again. */
  readonly reopened: { readonly epoch: number; readonly name: SiteName }[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  look(what: string): void {
    const { sites, zone } = this.#world;
    this.#world.wasHarmed(0);
    for (const name of SITES) {
      const { kubernetes, store, leases } = sites[name];
      this.#raise(`scale ${name}`, pairOf(kubernetes.look(WORKLOAD).annotations));
      this.#raise(`traffic ${name}`, pairOf(kubernetes.annotationsOf(WAY)));
      this.#raise(`data ${name}`, store.look());
      this.#lookAtStore(name, store.look());
      const lease = leases.look("shop");
      if (lease) this.#raise(`lease ${name}`, lease);
      if (lease?.operation !== undefined) this.#lookAtHolder(lease.epoch, lease.operation);
    }
    const answer = zone.look();
    this.#raise("dns", answer);
    if (!Object.values<string>(ADDRESSES).includes(answer.address))
      this.blame(`6: the zone answers "${answer.address}" after ${what}`);
  }

  /** A move that nobody asked for is opened. */
  lookAtOpening({ by, plan }: { readonly by: string; readonly plan: OperationPlan }): void {
    if (by !== DECISION || !plan.steps.some(({ irreversible }) => irreversible)) return;
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
    if (epoch > 0 && !isSameFence(pair, held)) this.touches.push({ target, epoch });
    this.#pairs.set(target, pair);
  }

  /** At one epoch only one store is ever told to take writes. */
  #lookAtStore(name: SiteName, { epoch, role }: Fence & { readonly role: string }): void {
    const was = this.#roles.get(name);
    this.#roles.set(name, role);
    if (role !== "primary" || was === role) return;
    if (was !== undefined) this.#lookAtWriter(name, { epoch, was });
    const other = this.#primaries.get(epoch);
    if (epoch > 0 && other !== undefined && other !== name)
      this.blame(`1: at epoch ${epoch} both ${other} and ${name} took writes`);
    this.#primaries.set(epoch, name);
  }

  /** What the new writer has, and what the one before it had, or still does. */
  #lookAtWriter(name: SiteName, { epoch, was }: { epoch: number; was: string }): void {
    const { sites, application } = this.#world;
    const other = name === "blue" ? "green" : "blue";
    const [old, own] = [sites[other].store.look(), sites[name].store.look()];
    const isUp = sites[other].states.store === "up";
    if (isUp && old.role === "primary") this.seconds.push(epoch);
    if (was === "fenced") this.reopened.push({ epoch, name });
    if (was !== "standby") return;
    const lostMs = old.newestMs - own.newestMs;
    if (isUp && old.role === "fenced" && lostMs > 0) this.losses.push(epoch);
    const isQuiet = !isUp || old.role === "fenced";
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

function pairOf(annotations: Readonly<Record<string, string>>): Fence {
  return {
    epoch: Number(annotations["greenlight.dev/epoch"] ?? 0),
    sequence: Number(annotations["greenlight.dev/sequence"] ?? 0),
  };
}

/** From what happened to what was opened because of it. */
const KNOWN_LATER_MS = 4_000;

/** A vantage looks at itself twice a second, and its own answer takes a quarter of one. */
const KNOWS_ITSELF_MS = 1_000;

/** A failed probe comes up to an interval after what it tells of. */
const CLOCK_SLACK_MS = 500;
