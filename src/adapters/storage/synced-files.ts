import { closeSync, fsyncSync, openSync } from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/**
 * PGlite's files in a directory of this machine, with an fsync that reaches the disk: its own does
 * nothing, which is safe against a kill but not against a loss of power.
 */
export class SyncedFiles extends NodeFS {
  override async init(...[database, options]: Init): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(database, options);
    const preRun = [...(emscriptenOpts.preRun ?? []), (mod: unknown) => addFsync(mod as Module)];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
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

function addFsync({ FS, NODEFS }: Module): void {
  NODEFS.stream_ops.fsync = ({ node, nfd }) => {
    try {
      if (nfd === undefined) syncDirectory(NODEFS.realPath(node));
      else fsyncSync(nfd);
    } catch {
      // PostgreSQL stops at this, as it must: what was not synced then never is.
      throw new FS.ErrnoError(EIO);
    }
    return 0;
  };
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** As Emscripten numbers it. */
const EIO = 29;
