import { GreenlightError } from "../../../src/domain/errors.ts";
import type { Draft } from "../../../src/domain/event.ts";
import type { ProcessClock } from "./process-clock.ts";
import type { Part, SiteName } from "./site.ts";
import type { World } from "./world.ts";

/** What goes wrong with the calls and appends of one process; each as it is drawn. */
export interface Trouble {
  /** The writes to the world that are counted from the first on: this one kills the process. */
  readonly dieAtWrite?: { readonly number: number; readonly when: "before" | "after" };
  /** The same for what it journals of operations. */
  readonly dieAtAppend?: { readonly number: number; readonly when: "before" | "after" };
  /** This write gets no answer, and takes effect so much later. */
  readonly lateWrite?: { readonly number: number; readonly ms: number };
}

/** The way of one process to everything outside: all its calls go through here. */
export class Gateway {
  readonly #world: World;
  readonly #clock: ProcessClock;
  readonly #life: AbortController;
  readonly #trouble: Trouble;
  #writes = 0;
  #appends = 0;

  constructor(
    world: World,
    { clock, life, trouble }: { clock: ProcessClock; life: AbortController; trouble: Trouble },
  ) {
    this.#world = world;
    this.#clock = clock;
    this.#life = life;
    this.#trouble = trouble;
  }

  async read<T>(
    at: { readonly site: SiteName; readonly part: Part } | "zone",
    signal: AbortSignal,
    call: () => Promise<T>,
  ): Promise<T> {
    this.#life.signal.throwIfAborted();
    if (at !== "zone") await this.#world.reach("serve", at, signal);
    const result = await call();
    await this.#clock.awake();
    return result;
  }

  async write<T>(
    at: { readonly site: SiteName; readonly part: Part } | "zone",
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this.#life.signal.throwIfAborted();
    this.#writes += 1;
    const name = at === "zone" ? at : `${at.site} ${at.part}`;
    const { dieAtWrite: death, lateWrite: late } = this.#trouble;
    const dies = death?.number === this.#writes;
    if (dies && death.when === "before") this.die(`before a write to ${name}`);
    if (at !== "zone") await this.#world.reach("serve", at, signal);
    if (late?.number === this.#writes) return await this.#writeLate(name, { late, signal, call });
    const result = await call(signal);
    this.#world.note(`written to ${name}`);
    this.#world.ward.look(`a write to ${name}`);
    if (dies) this.die(`after a write to ${name}`);
    await this.#clock.awake();
    this.#life.signal.throwIfAborted();
    return result;
  }

  async append<T>(draft: Draft, call: () => Promise<T>): Promise<T> {
    const { type } = draft;
    this.#life.signal.throwIfAborted();
    const { journalDelayMs, isJournalAway } = this.#world;
    if (journalDelayMs > 0) await this.#clock.sleep(journalDelayMs, this.#life.signal);
    if (isJournalAway) throw new GreenlightError("GL_STORAGE_AWAY", "injected");
    if (!isOfOperation(type)) return await call();
    if (draft.type === "operation.opened") this.#world.ward.lookAtOpening(draft);
    this.#appends += 1;
    const { dieAtAppend: death } = this.#trouble;
    const dies = death?.number === this.#appends;
    if (dies && death.when === "before") this.die(`before ${type}`);
    const result = await call();
    if (dies) this.die(`after ${type}`);
    await this.#clock.awake();
    return result;
  }

  /** Never returns: nothing of the process goes on. */
  die(where: string): never {
    this.#world.note(`the process dies ${where}`);
    this.#life.abort(new Error("it died"));
    throw new Error("it died");
  }

  /** The caller learns nothing; what it wanted happens all the same, when nobody waits for it. */
  async #writeLate<T>(
    name: string,
    of: { late: { ms: number }; signal: AbortSignal; call: (signal: AbortSignal) => Promise<T> },
  ): Promise<never> {
    const { late, signal, call } = of;
    const world = this.#world;
    const never = new AbortController().signal;
    const arrive = async () => {
      await world.clock.sleep(late.ms, never);
      await call(never);
      world.note(`a late write reached ${name}`);
      world.ward.look(`a late write to ${name}`);
    };
    arrive().catch((error) => world.note(`a late write to ${name} was refused: ${error.message}`));
    return await world.hang(signal);
  }
}

function isOfOperation(type: string): boolean {
  return /^(operation|step|undo|gate)\./.test(type);
}
