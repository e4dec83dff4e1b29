import { type Fence, isStale } from "../../domain/fence.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { type Entry, EntryLog } from "./entry-log.ts";
import { type Link, type ReadSource, Replica } from "./replica.ts";

export type Role = "primary" | "standby" | "fenced";

export interface StoreOptions {
  readonly clock: Clock;
  /** What it is when it starts, at epoch 0 and sequence 0. */
  readonly role: Role;
  /** Asks the other store, over the network. */
  readonly source: ReadSource;
}

/** How a change of the role ended. */
export type RoleChange = "done" | "stale" | "not-ready";

/**
 * The shop's store in one cluster, in memory: append-only, replicated asynchronously.
 *
 * It does not know whether it is the only primary: one that was neither fenced nor reached goes on
 * taking writes, as real ones do.
 */
export class Store {
  readonly #options: StoreOptions;
  readonly #closed = new AbortController();
  #log: EntryLog;
  #role: Role;
  #fence: Fence = { epoch: 0, sequence: 0 };
  #replica: Replica | undefined;
  #lagMs = 0;
  #isSilent = false;
  /** Orders that it had taken and gave up to follow another primary. */
  #discarded: readonly Entry[] = [];

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#role = options.role;
    this.#log = new EntryLog(options.clock);
    if (options.role === "standby") this.#follow(this.#log);
    void this.#beat();
  }

  get log(): EntryLog {
    return this.#log;
  }

  get role(): Role {
    return this.#role;
  }

  get fence(): Fence {
    return this.#fence;
  }

  get discarded(): readonly Entry[] {
    return this.#discarded;
  }

  /** What a standby knows of its primary; a store that follows nobody has none. */
  get link(): Link | undefined {
    return this.#replica?.link;
  }

  /** How far behind it stays as a standby. */
  setLag(lagMs: number): void {
    this.#lagMs = lagMs;
    this.#replica?.askAnew();
  }

  /** Whether it writes no heartbeat as a primary. */
  setSilent(isSilent: boolean): void {
    this.#isSilent = isSilent;
  }

  /** Checked and done at one moment: what is older than the pair that it holds changes nothing. */
  setRole(role: Role, fence: Fence): RoleChange {
    if (isStale(fence, this.#fence)) return "stale";
    if (role === "primary" && this.#replica?.isCopying) return "not-ready";
    this.#fence = fence;
    if (role === this.#role) return "done";
    this.#replica?.stop();
    this.#replica = undefined;
    if (role === "standby") this.#copy();
    if (role === "primary") this.#heartbeat();
    this.#role = role;
    return "done";
  }

  /** Undefined: it is no primary and takes nothing. */
  write(id: string): Entry | undefined {
    return this.#role === "primary" ? this.#log.append("order", id) : undefined;
  }

  close(): void {
    this.#closed.abort();
    this.#replica?.stop();
  }

  /** Its own history may have left the other's: it takes that one whole, and then follows it. */
  #copy(): void {
    const old = this.#log;
    const next = new EntryLog(this.#options.clock);
    this.#follow(next, () => {
      this.#discarded = old.orders().filter(({ id }) => !next.hasOrder(id));
      this.#log = next;
    });
  }

  #follow(log: EntryLog, onCopied?: () => void): void {
    const { clock, source } = this.#options;
    const lagMs = () => this.#lagMs;
    this.#replica = new Replica({ clock, source, log, lagMs, onCopied });
  }

  async #beat(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      if (this.#role === "primary") this.#heartbeat();
      await this.#options.clock.sleep(HEARTBEAT_MS, this.#closed.signal).catch(() => undefined);
    }
  }

  #heartbeat(): void {
    if (!this.#isSilent) this.#log.append("heartbeat", `heartbeat-${this.#log.position + 1}`);
  }
}

const HEARTBEAT_MS = 200;
