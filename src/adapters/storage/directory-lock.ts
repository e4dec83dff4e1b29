import { createHash } from "node:crypto";
import { once } from "node:events";
import { realpath } from "node:fs/promises";
import { createServer } from "node:net";
import { GreenlightError } from "../../domain/errors.ts";

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * The one right on this machine to open what is in the directory, which exists: two databases on
 * one directory destroy it. It ends with the process, however that ends, because it is nothing but
 * an abstract socket (Linux) named after the real path; a container with a network of its own does
 * not see it. Rejects with GL_DIRECTORY_LOCKED when another has it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = await realpath(directory);
  const server = createServer((socket) => socket.destroy());
  server.listen({ path: `\0greenlight-${createHash("sha256").update(path).digest("hex")}` });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new GreenlightError("GL_DIRECTORY_LOCKED", path, cause);
  }
  return {
    async release() {
      server.close();
      await once(server, "close");
    },
  };
}
