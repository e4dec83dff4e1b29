import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import { parseObject, readHeld } from "./held-object.ts";

/** One path of an Ingress: host and path as they are written there, `*` for any host. */
export interface IngressPath {
  readonly host: string;
  readonly path: string;
}

/** What one version of an Ingress says. */
export interface IngressState {
  /** The pair that it holds; 0 and 0 when it was never written by us. */
  readonly epoch: number;
  readonly sequence: number;
  /** The Services that this host and path lead to, in the order of the rules. What is no Service,
   *  as a bucket, has an empty name. */
  readonly backends: readonly string[];
  /** All of them, ours and foreign: the API keeps them as one value. */
  readonly rules: readonly Rule[];
}

/** Throws GL_RECORD_UNREADABLE for what no API server answers. */
export function readIngress(object: Json, at: IngressPath): IngressState {
  const { fence } = readHeld(object, "Ingress");
  const { rules = [] } = parseObject(schema, object, "Ingress").spec;
  const backends = rules.flatMap((rule) =>
    pathsAt(rule, at).map(({ backend }) => backend.service?.name ?? ""),
  );
  return { ...fence, backends, rules };
}

/** The same rules, with this host and path leading to that Service, at the port as it is. */
export function repoint(rules: readonly Rule[], at: IngressPath, name: string): Json {
  const repointed = rules.map((rule) => {
    const ours = pathsAt(rule, at);
    if (!rule.http || ours.length === 0) return rule;
    const paths = rule.http.paths.map((entry) => {
      if (!ours.includes(entry)) return entry;
      return { ...entry, backend: { service: { ...entry.backend.service, name } } };
    });
    return { ...rule, http: { ...rule.http, paths } };
  });
  return repointed as Json;
}

function pathsAt(rule: Rule, { host, path }: IngressPath): readonly Path[] {
  if ((rule.host ?? ANY_HOST) !== host) return [];
  return rule.http?.paths.filter((entry) => (entry.path ?? "/") === path) ?? [];
}

type Rule = z.infer<typeof ruleSchema>;
type Path = z.infer<typeof pathSchema>;

const ANY_HOST = "*";

/** Loose, and without defaults: what is read is written back as it was. */
const pathSchema = z.looseObject({
  path: z.string().optional(),
  backend: z.looseObject({ service: z.looseObject({ name: z.string() }).optional() }),
});
const ruleSchema = z.looseObject({
  host: z.string().optional(),
  /** Without it the rule leads to the default backend. */
  http: z.looseObject({ paths: z.array(pathSchema) }).optional(),
});
const schema = z.object({ spec: z.object({ rules: z.array(ruleSchema).optional() }) });
