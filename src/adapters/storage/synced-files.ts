import { closeSync, existsSync, fstatSync, fsyncSync, openSync } from "node:fs";
import { join } from "node:path";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { SyncedTree } from "./synced-tree.ts";

/**
 * PGlite's files in a directory of this machine, with an fsync that reaches the disk: its own does
 * nothing, which is safe against a kill but not against a loss of power.
 */
export class SyncedFiles extends NodeFS {
  /** Until it is open. */
  #known: SyncedTree | undefined;

  /** Syncs what a process that was killed may have left in memory. Ahead of the opening. */
  static async in(directory: string): Promise<SyncedFiles> {
    const files = new SyncedFiles(directory);
    const wasKilled = existsSync(join(directory, "postmaster.pid"));
    if (wasKilled) files.#known = await SyncedTree.of(directory);
    return files;
  }

  override async init(...[database, options]: Init): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(database, options);
    const preRun = [
      ...(emscriptenOpts.preRun ?? []),
      (mod: unknown) => this.#addFsync(mod as Module),
    ];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }

  /** From now on every fsync is one. */
  opened(): void {
    this.#known = undefined;
  }

  #addFsync({ FS, NODEFS }: Module): void {
    NODEFS.stream_ops.fsync = ({ node, nfd }) => {
      try {
        if (nfd === undefined) this.#syncDirectory(NODEFS.realPath(node));
        else this.#sync(nfd);
      } catch {
        // PostgreSQL stops at this, as it must: what was not synced then never is.
        throw new FS.ErrnoError(EIO);
      }
      return 0;
    };
  }

  #syncDirectory(path: string): void {
    const descriptor = openSync(path, "r");
    try {
      this.#sync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  #sync(descriptor: number): void {
    if (!this.#known?.has(fstatSync(descriptor, { bigint: true }))) fsyncSync(descriptor);
  }
}

type Init = Parameters<NodeFS["init"]>;

/** What Emscripten has and its types do not tell. */
interface Module {
  readonly FS: { readonly ErrnoError: new (errno: number) => Error };
  readonly NODEFS: {
    readonly stream_ops: { fsync?: (stream: Stream) => number };
    readonly realPath: (node: unknown) => string;
  };
}

interface Stream {
  readonly node: unknown;
  /** Absent: a directory. */
  readonly nfd?: number;
}

/** As Emscripten numbers it. */
const EIO = 29;
