import type { PlannedStep } from "../../domain/plan.ts";
import type { PlanPreview } from "../../runtime/control.ts";
import { field, renderDuration, wrap } from "./text-block.ts";

/** A plan for a terminal: each step with what it waits for, and what it would find missing now. */
export function renderPlan({ plan, hash, people, pending, refusals }: PlanPreview): string {
  const missing = new Map(pending.map(({ step, why }) => [step, why]));
  const count = `${pending.length} of ${plan.steps.length} steps have something to do`;
  const lines = [
    ...wrap("", `${plan.kind} of ${plan.application} from ${plan.from} to ${plan.to}`),
    ...field("epoch", String(plan.epoch)),
    ...field("ends", plan.ends === "keep" ? "keeps what it did" : "takes everything back"),
    ...(plan.leases ? field("leases", "every cluster must take the epoch") : []),
    ...(people > 1
      ? field("approval", `${people} people must agree, whoever asks among them`)
      : []),
    ...(plan.commit ? field("take back", takeBack(plan.commit)) : []),
    ...field("plan", hash),
    "",
    "Steps",
    ...plan.steps.flatMap((step) => renderStep(step, missing.get(step.id))),
    "",
    ...wrap("", `${count}.`),
    ...refusals.flatMap((why) => field("refused now", why)),
  ];
  return `${lines.join("\n")}\n`;
}

function takeBack({ windowMs, back, next }: NonNullable<PlanPreview["plan"]["commit"]>): string {
  const then = next === undefined ? "" : `, then ${next} is opened`;
  return `for ${renderDuration(windowMs)}, by one command that opens a ${back}${then}`;
}

function renderStep(step: PlannedStep, why: string | undefined): readonly string[] {
  const { id, uses, subject, cluster, desired, needs, irreversible, onFailure } = step;
  const target = [uses, subject, cluster === undefined ? undefined : `on ${cluster}`];
  const detail = (label: string, text: string) => wrap(`    ${label.padEnd(9)}`, text);
  const failure = `${onFailure}${irreversible ? ", irreversible" : ""}`;
  return [
    ...wrap("  ", `${id}: ${target.filter(Boolean).join(" ")}`),
    ...detail("wanted", JSON.stringify(desired)),
    ...(needs.length > 0 ? detail("after", needs.join(", ")) : []),
    ...detail("failure", `${failure}, within ${renderDuration(step.timeoutMs)}`),
    ...detail("now", why ?? "as wanted"),
  ];
}
