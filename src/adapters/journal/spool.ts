import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { detailOf, GreenlightError } from "../../domain/errors.ts";
import type { Draft } from "../../domain/event.ts";
import { sha256 } from "../digest/sha256.ts";
import { lockDirectory } from "../storage/directory-lock.ts";
import { Turn } from "../storage/turn.ts";
import { foldSpool, type Spooled } from "./spool-line.ts";

/**
 * Drafts that the journal can't take now, on the disk of this machine, in the order of appending.
 * The directory is this process's alone. A file with a line for each draft, and one for each time
 * that some were dropped; emptied when all are.
 */
export class Spool {
  readonly #file: FileHandle;
  readonly #release: () => Promise<void>;
  readonly #maxBytes: number;
  readonly #turn = new Turn();
  #waiting: Spooled[];
  #last: number;
  #bytes: number;
  /** What the disk has refused to sync is lost or is not: nobody can tell any more. */
  #broken: GreenlightError | undefined;

  private constructor(options: Opened) {
    this.#file = options.file;
    this.#release = options.release;
    this.#maxBytes = options.maxBytes;
    this.#waiting = [...options.waiting];
    this.#last = options.last;
    this.#bytes = options.bytes;
  }

  /**
   * With what an earlier process left; half a line at the end, which nobody was told is kept, is cut
   * off. Lines in between that can't be read are told of and left out. Rejects with
   * GL_DIRECTORY_LOCKED, or with GL_STORAGE_AWAY when the directory can't be written.
   */
  static async open({ directory, onBroken, maxBytes = MAX_BYTES }: SpoolOptions): Promise<Spool> {
    await mkdir(directory, { recursive: true, mode: 0o700 }).catch(throwAway);
    const lock = await lockDirectory(directory);
    const release = () => lock.release();
    let file: FileHandle | undefined;
    try {
      file = await open(join(directory, "spool"), "a+", 0o600);
      const { waiting, last, bytes, broken } = foldSpool(await file.readFile());
      for (const line of broken) onBroken(line);
      await file.truncate(bytes);
      await file.sync();
      await syncDirectory(directory);
      return new Spool({ file, release, maxBytes, waiting, last, bytes });
    } catch (error) {
      await file?.close();
      await release();
      throwAway(error);
    }
  }

  /** On disk when it settles. Rejects with GL_STORAGE_AWAY: then it is not there. */
  append(draft: Draft): Promise<void> {
    return this.#turn.run(async () => {
      const number = this.#last + 1;
      await this.#write({ number, draft });
      this.#last = number;
      this.#waiting.push({ number, draft });
    });
  }

  /** The oldest first, at most `limit`. */
  read(limit: number): readonly Spooled[] {
    return this.#waiting.slice(0, limit);
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Those up to this number are elsewhere now. Whoever dies before this settles reads them again. */
  drop(through: number): Promise<void> {
    return this.#turn.run(async () => {
      const left = this.#waiting.filter(({ number }) => number > through);
      if (left.length === this.#waiting.length) return;
      if (left.length > 0) await this.#write({ dropped: through });
      else await this.#empty();
      this.#waiting = left;
    });
  }

  async close(): Promise<void> {
    await this.#turn.run(() => this.#file.close());
    await this.#release();
  }

  async #write(value: object): Promise<void> {
    if (this.#broken) throw this.#broken;
    const body = JSON.stringify(value);
    const line = Buffer.from(`${sha256(body)} ${body}\n`);
    if (this.#bytes + line.length > this.#maxBytes)
      throw new GreenlightError(
        "GL_STORAGE_AWAY",
        `the spool has ${this.#bytes} bytes: it is full`,
      );
    await this.#file.appendFile(line).catch((error: unknown) => this.#takeBack(error));
    await this.#file.sync().catch((error: unknown) => this.#breakUp(error));
    this.#bytes += line.length;
  }

  async #empty(): Promise<void> {
    if (this.#broken) throw this.#broken;
    await this.#file.truncate(0).catch(throwAway);
    await this.#file.sync().catch((error: unknown) => this.#breakUp(error));
    this.#bytes = 0;
  }

  /** A disk that is full has taken half a line, which the next one must not follow. */
  async #takeBack(error: unknown): Promise<never> {
    await this.#file.truncate(this.#bytes).catch((worse: unknown) => this.#breakUp(worse));
    throwAway(error);
  }

  #breakUp(error: unknown): never {
    this.#broken = new GreenlightError("GL_STORAGE_AWAY", `the spool: ${detailOf(error)}`, error);
    throw this.#broken;
  }
}

export interface SpoolOptions {
  readonly directory: string;
  /** A line that can't be read, by its number: to be logged. */
  readonly onBroken: (line: number) => void;
  readonly maxBytes?: number;
}

interface Opened {
  readonly file: FileHandle;
  readonly release: () => Promise<void>;
  readonly maxBytes: number;
  readonly waiting: readonly Spooled[];
  readonly last: number;
  readonly bytes: number;
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function throwAway(error: unknown): never {
  throw new GreenlightError("GL_STORAGE_AWAY", `the spool: ${detailOf(error)}`, error);
}

const MAX_BYTES = 64 * 1024 * 1024;
