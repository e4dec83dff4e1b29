import type { Application } from "./application.ts";
import { freeze } from "./freeze.ts";
import type { Json } from "./json.ts";
import { type OperationPlan, type PlannedStep, whyUnsafe } from "./plan.ts";
import type { Binding, Bindings, Runbook, RunbookStep } from "./runbook.ts";

/** What a plan is made of, beside its runbook. */
export interface Circumstances {
  readonly id: string;
  readonly epoch: number;
  readonly application: Application;
  readonly from: string;
  readonly to: string;
  readonly bindings: Bindings;
}

export type Planned = { readonly plan: OperationPlan } | { readonly refused: string };

/**
 * Binds a runbook to literal values. Pure: the same runbook and circumstances give the same plan.
 * Refused when a value is unknown, or when the plan would break a safety rule.
 */
export function planFor(runbook: Runbook, circumstances: Circumstances): Planned {
  const { id, epoch, application, from, to } = circumstances;
  const expanded = runbook.steps.map((step) => expand(step, circumstances));
  const refused = expanded.flat().find((step) => typeof step === "string");
  if (typeof refused === "string") return { refused };
  const steps = expanded.flat().filter((step) => typeof step !== "string");
  const commit = runbook.commit && bindCommit(runbook.commit, circumstances.bindings);
  if (typeof commit === "string") return { refused: commit };
  const needed = needsOf(
    runbook,
    new Map(runbook.steps.map((step, i) => [step.id, idsOf(expanded[i] ?? [])] as const)),
  );
  const plan: OperationPlan = {
    id,
    application: application.name,
    kind: runbook.kind,
    epoch,
    ends: runbook.ends,
    from,
    to,
    objectives: application.objectives,
    ...(runbook.leases && { leases: runbook.leases }),
    ...(commit && { commit }),
    // A need that no step has stays as it is: then the plan is refused by name.
    steps: steps.map((step) => ({
      ...step,
      needs: [...new Set(step.needs.flatMap((need) => needed.get(need) ?? [need]))],
    })),
  };
  const unsafe = whyUnsafe(plan) ?? whyNotDeclared(plan.steps) ?? whyNotRehearsal(plan);
  return unsafe === undefined ? { plan: freeze(plan) } : { refused: unsafe };
}

/** A window of a length that is not known can't be kept. */
function bindCommit(
  commit: NonNullable<Runbook["commit"]>,
  bindings: Bindings,
): NonNullable<OperationPlan["commit"]> | string {
  const lookUp = (name: string) => (Object.hasOwn(bindings, name) ? bindings[name]?.value : null);
  const windowMs = substitute(commit.windowMs, (name) => lookUp(name) ?? null);
  if (typeof windowMs === "number") return { ...commit, windowMs };
  return `commit.window can't be ${JSON.stringify(commit.windowMs)}`;
}

/** What a store has acknowledged as primary can't be unacknowledged: such a step must say so. */
function whyNotDeclared(steps: readonly PlannedStep[]): string | undefined {
  const silent = steps.find(
    ({ uses, desired, irreversible }) =>
      uses === "data" && roleOf(desired) === "primary" && !irreversible,
  );
  return silent && `${silent.id} promotes a store, so it must be declared irreversible`;
}

/** What takes itself back may run by the calendar: who is primary, and how it is, it leaves alone. */
function whyNotRehearsal({ ends, from, steps }: OperationPlan): string | undefined {
  if (ends !== "restore") return undefined;
  const wrong = steps.find(({ uses, cluster }) => {
    return uses === "lease" || (CHANGES_CLUSTER.includes(uses) && cluster === from);
  });
  if (!wrong) return undefined;
  const what = wrong.uses === "lease" ? "who is primary" : `${from}, the primary`;
  return `${wrong.id} changes ${what}, so the plan can't end by restoring`;
}

function roleOf(desired: Json): Json | undefined {
  return typeof desired === "object" && desired !== null && "role" in desired
    ? desired["role"]
    : undefined;
}

function idsOf(steps: readonly (PlannedStep | string)[]): readonly string[] {
  return steps.flatMap((step) => (typeof step === "string" ? [] : [step.id]));
}

/**
 * For whom to wait where a template's step is needed: its instances, or, where it has none, as in an
 * application without stores, whomever it would have waited for itself.
 */
function needsOf(
  { steps }: Runbook,
  instances: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const needed = new Map(instances);
  // A chain of absent steps is as long as the runbook at most; a cycle is found in the plan.
  for (const _ of steps)
    for (const { id, needs } of steps)
      if (instances.get(id)?.length === 0)
        needed.set(
          id,
          needs.flatMap((need) => needed.get(need) ?? [need]),
        );
  return needed;
}

/** The steps of one template step: one, or one for each subject. A string says why not. */
function expand(
  template: RunbookStep,
  { application, bindings }: Circumstances,
): readonly (PlannedStep | string)[] {
  if (template.each === undefined) return [bindStep(template, bindings, undefined)];
  const { each } = template;
  const subjects = application[each];
  return subjects.map((subject, i) => {
    const id = subjects.length === 1 ? template.id : `${template.id}.${subject}`;
    // What can't be taken back is done one after the other: nothing that matters runs beside it.
    const before = template.irreversible && i > 0 ? [`${template.id}.${subjects[i - 1]}`] : [];
    const needs = [...template.needs, ...before];
    return bindStep({ ...template, id, needs }, scoped(bindings, `${each}.${subject}.`), subject);
  });
}

/** `${each.NAME}` is `workloads.shop.NAME`. */
function scoped(bindings: Bindings, prefix: string): Bindings {
  const own = Object.entries(bindings).filter(([name]) => name.startsWith(prefix));
  const each = own.map(([name, binding]) => [`each.${name.slice(prefix.length)}`, binding]);
  return { ...bindings, ...Object.fromEntries(each) };
}

function bindStep(
  template: RunbookStep,
  bindings: Bindings,
  subject: string | undefined,
): PlannedStep | string {
  const used = new Map<string, Binding>();
  const unknown: string[] = [];
  const lookUp = (name: string): Json => {
    const binding = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
    if (binding) used.set(name, binding);
    else unknown.push(name);
    return binding?.value ?? null;
  };
  const { each: _, desired, cluster, timeoutMs, onFailure, ...rest } = template;
  const meaning = substitute(onFailure, lookUp);
  const time = substitute(timeoutMs, lookUp);
  const where = cluster === undefined ? undefined : substitute(cluster, lookUp);
  const bound = {
    ...rest,
    desired: substitute(desired, lookUp),
    ...(typeof where === "string" && { cluster: where }),
    ...(subject !== undefined && { subject }),
  };
  if (unknown.length > 0) return `${template.id}: nothing is known for \${${unknown[0]}}`;
  if (!isOnFailure(meaning)) return `${template.id}: onFailure can't be ${JSON.stringify(meaning)}`;
  if (typeof time !== "number" || time <= 0)
    return `${template.id}: timeout can't be ${JSON.stringify(time)}`;
  const sources = Object.fromEntries([...used].map(([name, { source }]) => [name, source]));
  return { ...bound, timeoutMs: time, onFailure: meaning, sources };
}

/** Replaces whole strings `${name}`; there is no other language in a runbook. */
function substitute(template: Json, lookUp: (name: string) => Json): Json {
  if (typeof template === "string") {
    const name = /^\$\{([^{}]+)\}$/.exec(template)?.[1];
    return name === undefined ? template : lookUp(name);
  }
  if (Array.isArray(template)) return template.map((item: Json) => substitute(item, lookUp));
  if (typeof template !== "object" || template === null) return template;
  const entries = Object.entries(template).map(([key, value]) => [key, substitute(value, lookUp)]);
  return Object.fromEntries(entries);
}

function isOnFailure(value: Json): value is PlannedStep["onFailure"] {
  return value === "undo" || value === "hold" || value === "continue";
}

const CHANGES_CLUSTER: readonly string[] = ["scale", "traffic", "data"];
