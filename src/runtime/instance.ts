import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Chance } from "../engine/ports/chance.ts";

/** Who a process is to a Lease: the same after a restart on the same directory. */
export async function readInstance(directory: string, chance: Chance): Promise<string> {
  const file = join(directory, "instance");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const known = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return "";
  });
  if (known.trim() !== "") return known.trim();
  const name = `greenlight-${chance.id()}`;
  await writeFile(file, `${name}\n`, { mode: 0o600 });
  return name;
}
