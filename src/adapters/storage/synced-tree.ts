import type { BigIntStats } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * All files and directories below one, each on disk as it was when it was looked at. PostgreSQL syncs
 * every file twice where it was killed, one after the other: thousands of waits before it begins.
 * Here they are waited for side by side, and what nobody has changed since is not synced again.
 */
export class SyncedTree {
  readonly #changedAt = new Map<bigint, bigint>();

  /** What can't be synced is left to PostgreSQL, which says so. The caller alone writes to it. */
  static async of(directory: string): Promise<SyncedTree> {
    const tree = new SyncedTree();
    const names = await readdir(directory, { recursive: true });
    const paths = [directory, ...names.map((name) => join(directory, name))].values();
    const lane = async () => {
      for (const path of paths) await tree.#sync(path).catch(() => undefined);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return tree;
  }

  /**
   * A change gives a file another time, but for two within a tick of the kernel's clock, 10 ms: and
   * between the last one before `of` and the first one after it a database starts.
   */
  has({ ino, ctimeNs }: BigIntStats): boolean {
    return this.#changedAt.get(ino) === ctimeNs;
  }

  async #sync(path: string): Promise<void> {
    const file = await open(path, "r");
    try {
      // First: what is changed between the two is not known to be on disk.
      const { ino, ctimeNs } = await file.stat({ bigint: true });
      await file.sync();
      this.#changedAt.set(ino, ctimeNs);
    } finally {
      await file.close();
    }
  }
}

/** Node waits for four at once. */
const LANES = 8;
