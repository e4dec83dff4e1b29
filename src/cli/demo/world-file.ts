import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** What D/sandbox.json tells, as far as the demo goes by it. */
const worldSchema = z.object({
  kubeconfig: z.string(),
  dns: z.object({ address: z.string(), zone: z.string() }),
  shop: z.object({ name: z.string(), port: z.int(), blue: z.string(), green: z.string() }),
  store: z.object({ blue: z.url(), green: z.url() }),
  faults: z.url(),
  config: z.string(),
  token: z.string(),
  approverTokenFile: z.string(),
});

export type WorldFile = z.output<typeof worldSchema> & {
  /** Of Greenlight's API, once it serves. */
  readonly url: string;
};

const configSchema = z.object({ api: z.object({ host: z.string(), port: z.int() }) });

/** Undefined while it is not there: the sandbox writes it when it serves. */
export async function readWorldFile(directory: string): Promise<WorldFile | undefined> {
  const text = await readFile(join(directory, "sandbox.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const world = worldSchema.parse(JSON.parse(text));
  const { api } = configSchema.parse(parse(await readFile(world.config, "utf8")));
  return { ...world, url: `http://${api.host}:${api.port}` };
}
