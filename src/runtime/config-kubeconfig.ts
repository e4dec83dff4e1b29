import { accessSync, constants, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { readYaml } from "../adapters/yaml/yaml-file.ts";
import { codeOfNode } from "./config-secret.ts";

/** Where the trouble lies: with the file, or with the context chosen in it. */
export interface KubeconfigFlaw {
  readonly field: "kubeconfig" | "context";
  readonly what: string;
}

/** What keeps us from using a context of a kubeconfig; it is read as data and runs nothing. */
export function whyNotUsable(file: string, context: string): readonly KubeconfigFlaw[] {
  const read = readKubeconfig(file);
  if ("why" in read) return [{ field: "kubeconfig", what: read.why }];
  const { contexts, clusters, users } = read.kubeconfig;
  const chosen = contexts.find(({ name }) => name === context)?.context;
  if (!chosen) return [{ field: "context", what: `the kubeconfig has no context ${context}` }];
  const cluster = clusters.find(({ name }) => name === chosen.cluster)?.cluster;
  const user = users.find(({ name }) => name === chosen.user)?.user ?? {};
  if (!cluster)
    return [{ field: "context", what: `its cluster ${chosen.cluster} is not in the kubeconfig` }];
  return [...whyNotSafe(cluster, user), ...whyFilesMissing({ ...cluster, ...user }, file)].map(
    (what) => ({ field: "context", what }),
  );
}

function* whyNotSafe(cluster: Fields, user: Fields) {
  if ("exec" in user) yield "its user runs a program (exec), which is refused: use a token";
  if ("auth-provider" in user) yield "its user has an auth-provider, which is refused: use a token";
  if (cluster["insecure-skip-tls-verify"] === true)
    yield "its cluster says insecure-skip-tls-verify, which is refused";
}

function* whyFilesMissing(fields: Fields, file: string) {
  for (const field of FILES) {
    const path = fields[field];
    if (typeof path !== "string" || path === "") continue;
    try {
      accessSync(resolve(dirname(file), path), constants.R_OK);
    } catch (error) {
      yield `its ${field} ${path} can't be read (${codeOfNode(error)})`;
    }
  }
}

const FILES = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

type Fields = Readonly<Record<string, unknown>>;

const entry = <Name extends string, Value extends z.ZodType>(name: Name, value: Value) =>
  z.array(
    z.looseObject({ name: z.string(), [name]: value } as { name: z.ZodString } & Record<
      Name,
      Value
    >),
  );

const fields = z.record(z.string(), z.unknown());

/** As far as we look at it. */
const schema = z.looseObject({
  contexts: entry("context", z.looseObject({ cluster: z.string(), user: z.string().optional() })),
  clusters: entry("cluster", fields),
  users: entry("user", fields)
    .nullish()
    .transform((users) => users ?? []),
});

function readKubeconfig(
  file: string,
): { readonly kubeconfig: z.output<typeof schema> } | { readonly why: string } {
  try {
    const reading = readYaml(readFileSync(file), file);
    if ("problems" in reading) {
      const [first] = reading.problems;
      return { why: `line ${first?.line}: ${first?.what}` };
    }
    const parsed = schema.safeParse(reading.yaml.value);
    if (parsed.success) return { kubeconfig: parsed.data };
    const [first] = reading.yaml.problems(parsed.error);
    return { why: `is no kubeconfig: line ${first?.line}: ${first?.path} ${first?.what}` };
  } catch (error) {
    return { why: `can't be read (${codeOfNode(error)})` };
  }
}
