import type { DataStatus } from "../../src/domain/data-status.ts";
import { GreenlightError } from "../../src/domain/errors.ts";
import { type Fence, isSameFence, isStale } from "../../src/domain/fence.ts";
import type { Data } from "../../src/drivers/data/data.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { Authority, Driver } from "../../src/engine/ports/driver.ts";

/**
 * A store and what replicates from it, on any clock: the twin of drivers of the kind `data`. Nothing
 * happens in it by itself; whoever looks sees what had happened by then.
 */
export class MemoryStore implements Driver<Data, DataStatus> {
  readonly name = "data/memory";
  readonly #clock: Clock;
  readonly #followers: MemoryStore[] = [];
  #source: MemoryStore | undefined;
  #entries: Entry[] = [];
  #role: Data["role"];
  #fence: Fence = { epoch: 0, sequence: 0 };
  #beatMs: number;
  #isAway = false;
  #isCut = false;
  #isStuck = false;
  #contactAt = 0;
  #lagMs = 0;
  #isSilent = false;
  #writes = 0;
  #changes = 0;
  /** Called before a call is answered; a test uses it to come in between, or to hang. */
  onCall: (verb: "read" | "write", signal: AbortSignal) => Promise<void> = async () => undefined;

  /** Without a source it is the primary, with one that one's standby. */
  constructor(clock: Clock, source?: MemoryStore) {
    this.#clock = clock;
    this.#role = source ? "standby" : "primary";
    this.#beatMs = clock.monotonicMs();
    if (source) this.follow(source);
  }

  /** Whom it replicates from while it is a standby. */
  follow(source: MemoryStore): void {
    this.#source = source;
    source.#followers.push(this);
  }

  /** How far behind it stays as a standby. */
  setLag(lagMs: number): void {
    this.#settle();
    this.#lagMs = lagMs;
  }

  /** Whether it writes no heartbeat as a primary. */
  setSilent(isSilent: boolean): void {
    this.#settle();
    this.#isSilent = isSilent;
  }

  /** Whether it is dead, for its callers and for those that replicate from it. */
  setAway(isAway: boolean): void {
    for (const follower of this.#followers) follower.#settle();
    this.#settle();
    this.#isAway = isAway;
    if (!isAway) this.#beatMs = this.#clock.monotonicMs();
  }

  /** Whether the way to its source is cut. */
  setCut(isCut: boolean): void {
    this.#settle();
    this.#isCut = isCut;
  }

  /** Whether it takes nothing from its source any more, though it hears of it. */
  setStuck(isStuck: boolean): void {
    this.#settle();
    this.#isStuck = isStuck;
  }

  /** As the application does. False: it takes nothing. */
  write(id: string): boolean {
    if (this.#isAway || this.#role !== "primary") return false;
    this.#settle();
    this.#add(id);
    return true;
  }

  has(id: string): boolean {
    this.#settle();
    return this.#entries.some((entry) => entry.id === id);
  }

  /** How often its role was changed, and how often that or its pair was. */
  counts(): { readonly changes: number; readonly writes: number } {
    return { changes: this.#changes, writes: this.#writes };
  }

  /** As it is now, whoever may ask it; `newestMs` is its newest entry's time on the monotonic clock. */
  look() {
    this.#settle();
    return { ...this.#fence, role: this.#role, newestMs: this.#entries.at(-1)?.atMs ?? 0 };
  }

  async observe(signal: AbortSignal): Promise<DataStatus> {
    await this.#call("read", signal);
    this.#settle();
    const isStandby = this.#role === "standby";
    const heartbeatAt = this.#entries.findLast(({ id }) => id === HEARTBEAT)?.at ?? null;
    const isUp = isStandby && this.#isLinked();
    const isUnknown = isStandby && this.#isUnbounded(heartbeatAt);
    return {
      ...this.#fence,
      engine: "memory",
      role: this.#role,
      linkUp: isStandby ? isUp : null,
      position: this.#entries.length,
      lagMs: isUp ? this.#lagMs : null,
      heartbeatAt,
      observedAt: this.#clock.wallMs(),
      confidence: isUnknown ? "unknown" : isStandby ? "estimated" : "proven",
      reasons: isUnknown ? ["the heartbeat is silent"] : [],
    };
  }

  async apply({ role }: Data, { signal, ...fence }: Authority): Promise<void> {
    await this.#call("write", signal);
    if (isStale(fence, this.#fence))
      throw new GreenlightError("GL_EPOCH_STALE", `it holds ${JSON.stringify(this.#fence)}`);
    if (role === this.#role && isSameFence(fence, this.#fence)) return;
    this.#settle();
    this.#writes += 1;
    if (role !== this.#role) this.#changes += 1;
    this.#fence = { epoch: fence.epoch, sequence: fence.sequence };
    // What it has beside its source's is nobody's.
    if (role === "standby" && this.#role !== "standby") this.#entries = [];
    this.#role = role;
    this.#beatMs = this.#clock.monotonicMs();
  }

  whyNotReached(observed: DataStatus, { role }: Data): string | undefined {
    return observed.role === role ? undefined : `is ${observed.role}, not ${role}`;
  }

  restoring({ role }: DataStatus): Data | undefined {
    return role === "standby" ? undefined : { role };
  }

  async #call(verb: "read" | "write", signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(NETWORK_MS, signal);
    await this.onCall(verb, signal);
    if (this.#isAway) throw new GreenlightError("GL_UNREACHABLE", "ECONNREFUSED");
  }

  /** What it would have done by now. */
  #settle(): void {
    if (this.#isAway) return;
    const nowMs = this.#clock.monotonicMs();
    if (this.#role === "standby") this.#replicate(nowMs);
    if (this.#role !== "primary") return;
    for (; this.#beatMs <= nowMs; this.#beatMs += HEARTBEAT_MS)
      if (!this.#isSilent) this.#add(HEARTBEAT, nowMs - this.#beatMs);
  }

  #replicate(nowMs: number): void {
    if (!this.#source || !this.#isLinked()) return;
    this.#source.#settle();
    this.#contactAt = this.#clock.wallMs();
    if (this.#isStuck) return;
    const there = this.#source.#entries.filter(({ atMs }) => atMs <= nowMs - this.#lagMs);
    if (there.length > this.#entries.length) this.#entries = there;
  }

  #isLinked(): boolean {
    const source = this.#source;
    return source !== undefined && !this.#isCut && !source.#isAway && source.#role !== "standby";
  }

  #isUnbounded(heartbeatAt: number | null): boolean {
    return heartbeatAt === null || this.#contactAt - heartbeatAt > this.#lagMs + MAX_GAP_MS;
  }

  #add(id: string, agoMs = 0): void {
    const atMs = this.#clock.monotonicMs() - agoMs;
    this.#entries.push({ id, atMs, at: this.#clock.wallMs() - agoMs });
  }
}

interface Entry {
  readonly id: string;
  /** Monotonic, and by the wall clock. */
  readonly atMs: number;
  readonly at: number;
}

const HEARTBEAT = "heartbeat";
const HEARTBEAT_MS = 200;
const MAX_GAP_MS = 2_000;
const NETWORK_MS = 1;
