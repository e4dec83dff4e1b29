import type { Application } from "../../../src/domain/application.ts";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { PRESETS } from "../../../src/domain/preset.ts";
import { recordAt } from "../../../src/sandbox/kubernetes/kube-object.ts";
import { MemoryCluster } from "../../fakes/memory-cluster.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { MemoryLeases } from "../../fakes/memory-leases.ts";
import { MemoryQueue } from "../../fakes/memory-queue.ts";
import { MemoryStore } from "../../fakes/memory-store.ts";
import { MemoryZone } from "../../fakes/memory-zone.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import {
  ADDRESSES,
  type Part,
  REPLICAS,
  type Site,
  type SiteName,
  VANTAGES,
  WAY,
  WORKLOAD,
} from "./site.ts";
import { Ward } from "./ward.ts";

/** What is not the same in every world. */
export interface Nature {
  readonly policy?: Partial<Application["policy"]>;
  /** From a changed spec to its pods being available. */
  readonly podsMs?: number;
}

/** What outlives the orchestrators: two sites, the zone, the journal, the queue, and time. */
export class World {
  readonly clock = new VirtualClock();
  readonly journal = new MemoryJournal();
  readonly queue = new MemoryQueue();
  readonly zone = new MemoryZone(this.clock, {
    epoch: 0,
    sequence: 0,
    address: ADDRESSES.blue,
    ttlSeconds: 1,
  });
  readonly sites: Readonly<Record<SiteName, Site>>;
  readonly ward = new Ward(this);
  /** Ways that are cut: `east blue`, `serve green`, `east control`. */
  readonly cuts = new Set<string>();
  readonly application: Application;
  /** What each append takes, and whether there is none. */
  journalDelayMs = 0;
  isJournalAway = false;
  /** How often a person asked for something. */
  requests = 0;
  /** What happened, for people. */
  readonly story: string[] = [];
  /** When users could last not be served, as most vantages see it; monotonic. */
  readonly #podsMs: number;
  #harmedMs = Number.NEGATIVE_INFINITY;
  /** Since when most vantages are cut off from everything. */
  #isolatedMs = Number.POSITIVE_INFINITY;

  constructor({ policy = {}, podsMs = 400 }: Nature = {}) {
    this.#podsMs = podsMs;
    this.application = { ...APPLICATION, policy: { ...APPLICATION.policy, ...policy } };
    const blue = new MemoryStore(this.clock);
    const green = new MemoryStore(this.clock, blue);
    blue.follow(green);
    this.sites = { blue: this.#site(blue, REPLICAS), green: this.#site(green, 0) };
  }

  note(text: string): void {
    this.story.push(`${String(Math.round(this.clock.monotonicMs())).padStart(6)} ms  ${text}`);
  }

  setState(name: SiteName, part: Part, state: Site["states"][Part]): void {
    this.#watchHarm();
    const site = this.sites[name];
    site.states[part] = state;
    // A store that hangs neither takes writes nor gives them to its standby.
    if (part === "store") site.store.setAway(state !== "up");
    this.#watchHarm();
  }

  setCut(way: string, isCut: boolean): void {
    this.#watchHarm();
    if (isCut) this.cuts.add(way);
    else this.cuts.delete(way);
    this.#watchIsolation();
    this.#watchHarm();
  }

  /** Settles where a call from there arrives; else rejects: at once, or as late as an adapter does. */
  async reach(
    from: string,
    at: { readonly site: SiteName; readonly part: Part },
    signal: AbortSignal,
  ): Promise<void> {
    const state = this.sites[at.site].states[at.part];
    if (this.cuts.has(`${from} ${at.site}`) || state === "hung") await this.hang(signal);
    if (state === "dead") throw new GreenlightError("GL_UNREACHABLE", "ECONNREFUSED");
  }

  /** A call without an answer. */
  async hang(signal: AbortSignal): Promise<never> {
    await this.clock.sleep(CALL_MS, signal);
    throw new GreenlightError("GL_UNREACHABLE", "no answer in time");
  }

  /** Is somebody served there now? */
  isServing(name: SiteName): boolean {
    const { states, kubernetes } = this.sites[name];
    const isOpen = !("greenlight.dev/quarantined" in recordAt(kubernetes.specOf(WAY), "selector"));
    return states.shop === "up" && isOpen && kubernetes.look(WORKLOAD).available > 0;
  }

  /** Whom users are sent to. */
  primary(): SiteName {
    return this.zone.look().address === ADDRESSES.green ? "green" : "blue";
  }

  /** Were users without service, as far as a quorum could tell, within so long? */
  wasHarmed(withinMs: number): boolean {
    this.#watchHarm();
    return this.clock.monotonicMs() - this.#harmedMs <= withinMs;
  }

  /** Is it so long that a quorum does not even reach what has nothing to do with the sites? */
  isIsolated(forMs: number): boolean {
    return this.clock.monotonicMs() - this.#isolatedMs >= forMs;
  }

  #watchIsolation(): void {
    const cut = VANTAGES.filter((vantage) => this.cuts.has(`${vantage} control`));
    if (cut.length < QUORUM) this.#isolatedMs = Number.POSITIVE_INFINITY;
    else this.#isolatedMs = Math.min(this.#isolatedMs, this.clock.monotonicMs());
  }

  #watchHarm(): void {
    const primary = this.primary();
    const blind = VANTAGES.filter((vantage) => this.cuts.has(`${vantage} ${primary}`));
    if (!this.isServing(primary) || blind.length >= QUORUM)
      this.#harmedMs = this.clock.monotonicMs();
  }

  #site(store: MemoryStore, replicas: number): Site {
    const kubernetes = new MemoryCluster(this.clock, { networkMs: 2, podsMs: this.#podsMs });
    kubernetes.add(WORKLOAD, replicas);
    kubernetes.addService(WAY, { app: "shop" });
    const leases = new MemoryLeases(this.clock, { networkMs: 2 });
    return { kubernetes, leases, store, states: { api: "up", shop: "up", store: "up" } };
  }
}

const QUORUM = 2;
/** The bound that adapters set to each call. */
const CALL_MS = 1_000;

const APPLICATION: Application = {
  name: "shop",
  home: "blue",
  standby: "green",
  objectives: { rtoMs: 5_000, rpoMs: 2_000 },
  policy: {
    moveOn: ["site-loss", "workload", "ingress"],
    fencing: { unreachable: "owe", acceptedBy: "platform team" },
    cooldownMs: 10_000,
    stabilisationMs: 0,
    commitWindowMs: 15_000,
    approvals: {},
    thresholds: PRESETS.fast.thresholds,
    quorum: QUORUM,
    fewFailureDomainsAcceptedBy: "one machine",
  },
  addresses: ADDRESSES,
  workloads: ["shop"],
  data: ["store"],
  dns: ["public"],
  traffic: ["shop"],
  ttls: { public: { normal: 5, move: 1 } },
  dnsTimeoutsMs: { public: 30_000 },
};
