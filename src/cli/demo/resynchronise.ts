import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Stage } from "./scene.ts";

/**
 * What a database administrator does with the store of a former primary: it follows the other one
 * from now on, and gives up what only it has. At the pair that it holds: nobody is overruled by it.
 */
export async function resynchronise(
  { world: { file }, call, signal }: Stage,
  cluster: "blue" | "green",
): Promise<void> {
  const token = await readFile(join(dirname(file.config), "store-token"), "utf8");
  const headers = { authorization: `Bearer ${token.trim()}` };
  const at = { url: file.store[cluster], headers, timeoutMs: TIMEOUT_MS };
  const status = await call({ ...at, method: "GET", url: `${at.url}/status` }, signal);
  const { epoch, sequence } = pairSchema.parse(JSON.parse(status.body));
  const json = { role: "standby", epoch, sequence };
  const answer = await call({ ...at, method: "PUT", url: `${at.url}/role`, json }, signal);
  if (answer.status !== 200)
    throw new GreenlightError("GL_REJECTED", `${cluster}'s store answered ${answer.status}`);
}

const pairSchema = z.object({ epoch: z.int(), sequence: z.int() });
const TIMEOUT_MS = 2_000;
