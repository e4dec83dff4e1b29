import { readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { IN_CLUSTER } from "../adapters/kubernetes/in-cluster.ts";
import type { Flaw } from "../adapters/schema/issue-text.ts";
import { byPlace, type Problem, readYaml } from "../adapters/yaml/yaml-file.ts";
import { detailOf } from "../domain/errors.ts";
import { kubeconfigPath, loadWay } from "./cluster-access.ts";
import { type Config, resolveConfig } from "./config.ts";
import { whyApprovalsWrong } from "./config-approval-check.ts";
import { whyInconsistent } from "./config-check.ts";
import { whyDirectoryWrong } from "./config-directory-check.ts";
import { type Draft, draftOf } from "./config-draft.ts";
import { whyDrillsWrong } from "./config-drill-check.ts";
import { type Process, usesSecret } from "./config-process.ts";
import { configSchema } from "./config-schema.ts";
import {
  codeOfNode,
  type Environment,
  type SecretPlaces,
  whySecretsMissing,
} from "./config-secret.ts";
import { whyStorageWrong } from "./config-storage-check.ts";
import { readRunbooks } from "./runbook-file.ts";
import { wrongConfig } from "./wrong-config.ts";

/**
 * Reads greenlight.yaml and all that it names; of the secrets those that the process uses, or without
 * one all. Rejects with GL_CONFIG: the detail has every problem on a line of its own, the cause is
 * the list of them.
 */
export async function loadConfig(
  file: string,
  env: Environment,
  { process }: LoadOptions = {},
): Promise<Config> {
  const found = await readConfig(file, { env, process });
  if ("config" in found) return found.config;
  throw wrongConfig(found.problems);
}

interface LoadOptions {
  readonly process?: Process | undefined;
}

type Found = { readonly config: Config } | { readonly problems: readonly Problem[] };

async function readConfig(
  file: string,
  { env, process }: LoadOptions & { readonly env: Environment },
): Promise<Found> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const what = `can't be read (${codeOfNode(error)})`;
    return { problems: [{ file, line: 1, column: 1, path: "", what }] };
  }
  const reading = readYaml(bytes, file);
  if ("problems" in reading) return reading;
  const { yaml } = reading;
  const parsed = configSchema.safeParse(yaml.value);
  const draft = draftOf(yaml.value, parsed.success ? [] : parsed.error.issues);
  const places = { env, directory: dirname(resolve(file)) };
  const runbooks = readOwnRunbooks(draft.runbooks, places.directory);
  const isRead = runbooks.flaws.length + runbooks.problems.length === 0;
  const flaws = [
    ...whyInconsistent(draft),
    ...whyStorageWrong(draft),
    ...whyDirectoryWrong(draft, places.directory),
    ...whySecretsMissing(draft, {
      ...places,
      isUsed: (path) => process === undefined || usesSecret(process, path, draft),
    }),
    ...(await whyClustersMissing(draft, places)),
    ...runbooks.flaws,
    // A kind whose runbook could not be read is not missing.
    ...whyDrillsWrong(draft, isRead ? runbooks.runbooks : undefined),
    ...whyApprovalsWrong(draft, isRead ? runbooks.runbooks : undefined),
  ];
  const problems = [
    ...(parsed.success ? [] : yaml.problems(parsed.error)),
    ...flaws.map((flaw) => yaml.problem(flaw)),
  ].toSorted(byPlace);
  if (!parsed.success || problems.length > 0 || runbooks.problems.length > 0)
    return { problems: [...problems, ...runbooks.problems] };
  return { config: resolveConfig(parsed.data, { ...places, file, runbooks: runbooks.runbooks }) };
}

/** The kubeconfigs that can't be used, each with all that speaks against it. */
async function whyClustersMissing(
  { clusters = [] }: Draft,
  { directory, env }: SecretPlaces,
): Promise<readonly Flaw[]> {
  const flaws = clusters.map(async (cluster, index): Promise<readonly Flaw[]> => {
    if (cluster?.kubeconfig === undefined) return [];
    const file = kubeconfigPath(cluster.kubeconfig, directory);
    if ((file === IN_CLUSTER) !== (cluster.context === undefined)) return [];
    try {
      const { context, execPlugin } = cluster;
      await loadWay({ kubeconfig: file, context, execPlugin: asAllowed(execPlugin) }, { env });
      return [];
    } catch (error) {
      // A parser's excerpt of the file may hold a token.
      const [why = ""] = detailOf(error).replace(`${file}, `, "").split(":\n\n");
      const what = `can't be used: ${why.replaceAll(/\s*\n\s*/g, " ")}`;
      return [{ path: ["clusters", index, "kubeconfig"], what }];
    }
  });
  return (await Promise.all(flaws)).flat();
}

/** Of a plug-in whose own name is wrong nothing more is said. */
function asAllowed(plugin: NonNullable<NonNullable<Draft["clusters"]>[number]>["execPlugin"]) {
  const { command, environment = [] } = plugin ?? {};
  const names = environment.filter((name) => name !== undefined);
  return command === undefined ? undefined : { command, environment: names };
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
