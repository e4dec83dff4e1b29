import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Problem, readYaml, type YamlFile } from "../adapters/yaml/yaml-file.ts";
import type { Json } from "../domain/json.ts";
import type { Runbook, RunbookStep } from "../domain/runbook.ts";
import { packageRoot } from "./package-root.ts";
import { type RunbookInput, runbookSchema } from "./runbook-schema.ts";
import { wrongConfig } from "./wrong-config.ts";

export interface RunbookReading {
  /** By kind. */
  readonly runbooks: ReadonlyMap<string, Runbook>;
  readonly problems: readonly Problem[];
}

/** The packaged runbooks and a user's own. Rejects with GL_CONFIG, all problems at once. */
export function loadRunbooks(own?: string): ReadonlyMap<string, Runbook> {
  const { runbooks, problems } = readRunbooks(own);
  if (problems.length === 0) return runbooks;
  throw wrongConfig(problems);
}

/** Reads `*.yaml` of both directories; `own` is a directory that can be listed. */
export function readRunbooks(own?: string): RunbookReading {
  const packaged = join(packageRoot(), "runbooks");
  const read = new Map<string, Read>();
  const problems: Problem[] = [];
  for (const directory of own === undefined ? [packaged] : [packaged, own]) {
    const names = readdirSync(directory).filter((name) => name.endsWith(".yaml"));
    for (const name of names.toSorted()) {
      const found = readRunbook(join(directory, name), read);
      if ("problems" in found) problems.push(...found.problems);
      else read.set(found.input.kind, found);
    }
  }
  // What they say of one another can be judged when all are there.
  for (const one of read.values()) problems.push(...whyNotRelated(one, read));
  const whole = [...read].map(([kind, { input }]) => [kind, toRunbook(input, read)] as const);
  return { runbooks: new Map(whole), problems };
}

interface Read {
  readonly input: RunbookInput;
  readonly yaml: YamlFile;
}

/** From here where it is below, as editors and people want it. */
function shown(file: string): string {
  const path = relative(".", file);
  return path.startsWith("..") ? file : path;
}

function readRunbook(
  file: string,
  others: ReadonlyMap<string, Read>,
): Read | { readonly problems: readonly Problem[] } {
  const reading = readYaml(readFileSync(file), shown(file));
  if ("problems" in reading) return reading;
  const { yaml } = reading;
  const parsed = runbookSchema.safeParse(yaml.value);
  if (!parsed.success) return { problems: yaml.problems(parsed.error) };
  const problems = whyNotLinked(parsed.data, yaml);
  if (others.has(parsed.data.kind))
    problems.push(yaml.problem({ path: ["kind"], what: `${parsed.data.kind} is there already` }));
  return problems.length > 0 ? { problems } : { input: parsed.data, yaml };
}

/** Typing errors, with their place; whether the plan is safe is judged when it is made. */
function whyNotLinked({ steps = [] }: RunbookInput, yaml: YamlFile): Problem[] {
  const ids = steps.map(({ id }) => id);
  return steps.flatMap(({ id, needs }, index) => [
    ...(ids.indexOf(id) < index
      ? [yaml.problem({ path: ["steps", index, "id"], what: `another step is called ${id}` })]
      : []),
    ...needs.flatMap((need, at) =>
      ids.includes(need)
        ? []
        : [
            yaml.problem({
              path: ["steps", index, "needs", at],
              what: `no step is called ${need}`,
            }),
          ],
    ),
  ]);
}

/** The kinds that it names must be there, and the one whose steps it has must have some itself. */
function whyNotRelated({ input, yaml }: Read, all: ReadonlyMap<string, Read>): Problem[] {
  const { stepsOf, commit } = input;
  const named = [
    { path: ["stepsOf"], kind: stepsOf },
    { path: ["commit", "back"], kind: commit?.back },
    { path: ["commit", "next"], kind: commit?.next },
  ];
  const unknown = named.flatMap(({ path, kind }) =>
    kind === undefined || all.has(kind)
      ? []
      : [yaml.problem({ path, what: `no runbook is called ${kind}` })],
  );
  const source = stepsOf === undefined ? undefined : all.get(stepsOf);
  const what = `${stepsOf} has no steps of its own`;
  return source && !source.input.steps
    ? [...unknown, yaml.problem({ path: ["stepsOf"], what })]
    : unknown;
}

function toRunbook(input: RunbookInput, all: ReadonlyMap<string, Read>): Runbook {
  const { kind, ends, to, requires, leases, commit, stepsOf } = input;
  const steps = input.steps ?? all.get(stepsOf ?? "")?.input.steps ?? [];
  return {
    kind,
    ends,
    steps: steps.map(toStep),
    ...(to !== undefined && { to }),
    ...(requires !== undefined && { requires }),
    ...(leases !== undefined && { leases }),
    ...(commit !== undefined && { commit: toCommit(commit) }),
  };
}

function toCommit({ window: windowMs, ...kinds }: NonNullable<RunbookInput["commit"]>) {
  const { back, next } = kinds;
  return { windowMs, back, ...(next !== undefined && { next }) };
}

function toStep({
  timeout,
  desired,
  ...step
}: NonNullable<RunbookInput["steps"]>[number]): RunbookStep {
  const { each, cluster, retries, irreversible, owes, ...always } = step;
  return {
    ...always,
    desired: desired as Json,
    timeoutMs: timeout,
    ...(each !== undefined && { each }),
    ...(cluster !== undefined && { cluster }),
    ...(retries !== undefined && { retries }),
    ...(irreversible !== undefined && { irreversible }),
    ...(owes !== undefined && { owes }),
  };
}
