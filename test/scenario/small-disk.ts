import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of its own, with room for a database and little more. */
export class SmallDisk {
  readonly directory: string;
  readonly #ballast: string;

  private constructor(directory: string) {
    this.directory = directory;
    this.#ballast = join(directory, "ballast");
  }

  /** undefined: whoever runs the tests may not mount one. */
  static mount(): SmallDisk | undefined {
    const directory = mkdtempSync(join(tmpdir(), "greenlight-disk-"));
    try {
      const how = ["-t", "tmpfs", "-o", "size=96m", "tmpfs", directory];
      execFileSync(MOUNT, how, { stdio: "ignore" });
      return new SmallDisk(directory);
    } catch {
      rmdirSync(directory);
      return undefined;
    }
  }

  /** Not a byte is left. */
  fill(): void {
    const file = openSync(this.#ballast, "a");
    try {
      for (;;) writeSync(file, BLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#ballast);
  }

  close(): void {
    execFileSync(UNMOUNT, ["-l", this.directory]);
    rmdirSync(this.directory);
  }
}

const MOUNT = "/bin/mount";
const UNMOUNT = "/bin/umount";
const BLOCK = Buffer.alloc(4096, 1);
