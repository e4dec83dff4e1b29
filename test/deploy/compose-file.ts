import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

export const ROOT = join(import.meta.dirname, "..", "..");
export const COMPOSE_FILE = join(ROOT, "docker-compose.yml");

const text = z.string().transform((written) => written.replaceAll("$$", "$"));
/** `source` of the file's own secrets; `target` is what the container finds it as. */
const secret = z.union([
  z.string().transform((name) => ({ source: name, target: name })),
  z.strictObject({ source: z.string(), target: z.string() }),
]);
const serviceSchema = z.looseObject({
  image: z.string(),
  user: z.string().optional(),
  command: z.array(text),
  environment: z.record(z.string(), text).default({}),
  configs: z.array(z.looseObject({ source: z.string(), target: z.string() })).default([]),
  secrets: z.array(secret).default([]),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.unknown()).default({}),
  networks: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.array(text) }),
});
const file = z.looseObject({ file: z.string() });
const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.unknown()),
  configs: z.record(z.string(), file),
  secrets: z.record(z.string(), file),
});

export type ComposeService = z.output<typeof serviceSchema>;
export type ComposeFile = z.output<typeof composeSchema>;

/** docker-compose.yml, with its anchors resolved. */
export function readComposeFile(): ComposeFile {
  return composeSchema.parse(parse(readFileSync(COMPOSE_FILE, "utf8"), { merge: true }));
}
