import { readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { Flaw } from "../adapters/schema/issue-text.ts";
import { byPlace, type Problem, readYaml } from "../adapters/yaml/yaml-file.ts";
import { type Config, resolveConfig } from "./config.ts";
import { whyInconsistent } from "./config-check.ts";
import { type Draft, draftOf } from "./config-draft.ts";
import { whyNotUsable } from "./config-kubeconfig.ts";
import { configSchema } from "./config-schema.ts";
import {
  codeOfNode,
  type Environment,
  type SecretPlaces,
  whySecretsMissing,
} from "./config-secret.ts";
import { readRunbooks } from "./runbook-file.ts";
import { wrongConfig } from "./wrong-config.ts";

/**
 * Reads greenlight.yaml and all that it names. Rejects with GL_CONFIG: the detail has every problem
 * on a line of its own, the cause is the list of them.
 */
export function loadConfig(file: string, env: Environment): Config {
  const found = readConfig(file, env);
  if ("config" in found) return found.config;
  throw wrongConfig(found.problems);
}

type Found = { readonly config: Config } | { readonly problems: readonly Problem[] };

function readConfig(file: string, env: Environment): Found {
  const shown = relative(".", file);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const what = `can't be read (${codeOfNode(error)})`;
    return { problems: [{ file: shown, line: 1, column: 1, path: "", what }] };
  }
  const reading = readYaml(bytes, shown);
  if ("problems" in reading) return reading;
  const { yaml } = reading;
  const parsed = configSchema.safeParse(yaml.value);
  const draft = draftOf(yaml.value, parsed.success ? [] : parsed.error.issues);
  const places = { env, directory: dirname(resolve(file)) };
  const runbooks = readOwnRunbooks(draft.runbooks, places.directory);
  const flaws = [...whyInconsistent(draft), ...whyNotThere(draft, places), ...runbooks.flaws];
  const problems = [
    ...(parsed.success ? [] : yaml.problems(parsed.error)),
    ...flaws.map((flaw) => yaml.problem(flaw)),
  ].toSorted(byPlace);
  if (!parsed.success || problems.length > 0 || runbooks.problems.length > 0)
    return { problems: [...problems, ...runbooks.problems] };
  return { config: resolveConfig(parsed.data, { ...places, file, runbooks: runbooks.runbooks }) };
}

/** What the config names and the machine doesn't have. */
function* whyNotThere(draft: Draft, places: SecretPlaces): Generator<Flaw> {
  yield* whySecretsMissing(draft, places);
  for (const [index, cluster] of (draft.clusters ?? []).entries()) {
    if (cluster?.kubeconfig === undefined || cluster.context === undefined) continue;
    const file = resolve(places.directory, cluster.kubeconfig);
    for (const { field, what } of whyNotUsable(file, cluster.context))
      yield { path: ["clusters", index, field], what };
  }
}

function readOwnRunbooks(own: string | undefined, directory: string) {
  if (own === undefined) return { ...readRunbooks(), flaws: [] };
  const from = resolve(directory, own);
  try {
    readdirSync(from);
    return { ...readRunbooks(from), flaws: [] };
  } catch (error) {
    const what = `can't be read (${codeOfNode(error)})`;
    return { ...readRunbooks(), flaws: [{ path: ["runbooks"], what }] };
  }
}
