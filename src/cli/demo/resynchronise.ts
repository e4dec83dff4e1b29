import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Stage } from "./scene.ts";

/**
 * What a database administrator does with the store of a former primary: it follows the other one
 * from now on, and gives up what only it has. At the pair that it holds: nobody is overruled by it. One
 * that is not fenced may still take writes that would be given up with the rest: then nothing is done,
 * and the answer is why.
 */
export async function resynchronise(
  { world: { file }, call, signal }: Stage,
  cluster: "blue" | "green",
): Promise<string | undefined> {
  const token = await readFile(join(dirname(file.config), "store-token"), "utf8");
  const headers = { authorization: `Bearer ${token.trim()}` };
  const at = { url: file.store[cluster], headers, timeoutMs: TIMEOUT_MS };
  const status = await call({ ...at, method: "GET", url: `${at.url}/status` }, signal);
  const { role, epoch, sequence } = statusSchema.parse(JSON.parse(status.body));
  if (role !== "fenced") return `${cluster}'s store is ${role}, not fenced: it was left alone`;
  const json = { role: "standby", epoch, sequence };
  const answer = await call({ ...at, method: "PUT", url: `${at.url}/role`, json }, signal);
  if (answer.status !== 200)
    throw new GreenlightError("GL_REJECTED", `${cluster}'s store answered ${answer.status}`);
  return undefined;
}

const statusSchema = z.object({ role: z.string(), epoch: z.int(), sequence: z.int() });
const TIMEOUT_MS = 2_000;
