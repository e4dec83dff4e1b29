import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Clock } from "../engine/ports/clock.ts";

/** What a connection may do right now, by the faults that are in force. */
export interface Passage {
  /** Nothing passes, neither way. */
  readonly isShut: boolean;
  /** What goes out leaves so much later. */
  readonly slowMs: number;
}

/**
 * One connection as the server behind the front sees it. It can't tell a fault from a slow network:
 * while the passage is shut nothing is read from the socket, and what is written waits.
 */
export class Channel extends Duplex {
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #passage: () => Passage;
  readonly #queue: Outgoing[] = [];
  #isWanted = false;
  #isDraining = false;
  #wake = new AbortController();

  constructor(socket: Socket, clock: Clock, passage: () => Passage) {
    super({ allowHalfOpen: true, emitClose: true });
    this.remoteAddress = socket.remoteAddress ?? "";
    this.#socket = socket;
    this.#clock = clock;
    this.#passage = passage;
    socket.on("data", (chunk) => {
      this.#isWanted = this.push(chunk);
      this.#steer();
    });
    socket.on("end", () => this.push(null));
    // Who is gone is gone, whatever the reason.
    socket.on("error", () => this.destroy());
    socket.on("close", () => this.destroy());
    socket.pause();
  }

  /** To be called after each change of the faults. */
  refresh(): void {
    this.#steer();
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  /** As by a process that was killed. */
  reset(): void {
    this.#socket.resetAndDestroy();
    this.destroy();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#steer();
  }

  override _write(chunk: Buffer, _: BufferEncoding, taken: () => void): void {
    const isFull = this.#queue.length >= MAX_QUEUED;
    this.#queue.push({ chunk, atMs: this.#clock.monotonicMs(), taken: isFull ? taken : undefined });
    if (!isFull) taken();
    void this.#drain();
  }

  override _final(done: () => void): void {
    this.#queue.push({ chunk: null, atMs: this.#clock.monotonicMs(), taken: done });
    void this.#drain();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    this.#wake.abort();
    done(error);
  }

  #steer(): void {
    if (this.#isWanted && !this.#passage().isShut) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Writes what waits, in order, each chunk when its time has come. */
  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    while (!this.destroyed) {
      const [next] = this.#queue;
      if (!next) break;
      const { isShut, slowMs } = this.#passage();
      const waitMs = isShut ? Infinity : next.atMs + slowMs - this.#clock.monotonicMs();
      if (waitMs > 0) await this.#sleep(waitMs);
      else this.#send(this.#queue.shift());
    }
    this.#isDraining = false;
  }

  #send(outgoing: Outgoing | undefined): void {
    if (!outgoing) return;
    if (outgoing.chunk === null) this.#socket.end();
    else this.#socket.write(outgoing.chunk);
    outgoing.taken?.();
  }

  /** Until the time is over, or the faults change. */
  async #sleep(ms: number): Promise<void> {
    const { signal } = this.#wake;
    await this.#clock.sleep(Math.min(ms, MAX_SLEEP_MS), signal).catch(() => undefined);
  }
}

interface Outgoing {
  /** null: the end. */
  readonly chunk: Buffer | null;
  readonly atMs: number;
  readonly taken: (() => void) | undefined;
}

/** Chunks that wait before the writer is told to wait too. */
const MAX_QUEUED = 256;

/** Timers can't do more than 2^31 ms; who wakes up looks again. */
const MAX_SLEEP_MS = 60_000;
