import { memberOf } from "./cause.ts";
import type { JournalEvent } from "./event.ts";
import { mandatorySteps } from "./freeze.ts";
import { renderInstant } from "./instant.ts";
import type { Json } from "./json.ts";
import type { Missing } from "./missing.ts";
import type { OperationPlan } from "./plan.ts";

type Opened = Extract<JournalEvent, { type: "operation.opened" }>;

/** Which exercise or incident this was. */
export type Identification = {
  readonly organisation: Missing;
  readonly function: Missing;
  readonly clusters: { readonly from: string; readonly to: string };
  readonly planHash: string;
  readonly planVersion: Missing;
  /** Whether something was seen to fail, or it was only asked for. */
  readonly mode: "unplanned" | "planned" | "rehearsal";
  readonly trigger: "decision" | "schedule" | "request" | "debt";
  readonly schedule: string | Missing;
  readonly productionImpact: string;
  readonly announced: Missing;
};

/** Who wanted it, and who agreed before it began. */
export type Authorisation = {
  readonly requester: string;
  readonly reason: string;
  readonly method: string;
  readonly approvals: readonly Approval[] | Missing;
  /** The people agreed to exactly this plan. */
  readonly boundTo: { readonly planHash: string; readonly epoch: number };
  readonly changeTicket: Missing;
  readonly abortCriteria: readonly string[];
};

export type Approval = { readonly by: string; readonly at: string };

/** What was supposed to happen. */
export type Scenario = {
  readonly class: string;
  readonly description: string;
  readonly expected: readonly string[];
  readonly injectedFaults: Missing;
  readonly assumptions: Missing;
};

export function identify(opened: Opened, hasFault: boolean): Identification {
  const { plan, planHash, by, cause } = opened;
  const schedule = scheduleOf(by);
  const isOwed = memberOf(cause, "debts") !== undefined;
  return {
    organisation: { notCaptured: "the configuration names no organisation" },
    function: { notCaptured: "the configuration names no business function and no criticality" },
    clusters: { from: plan.from, to: plan.to },
    planHash,
    planVersion: { notCaptured: "a plan is known by its hash; runbooks bear no version" },
    mode: plan.ends === "restore" ? "rehearsal" : hasFault ? "unplanned" : "planned",
    trigger:
      schedule !== undefined
        ? "schedule"
        : isOwed
          ? "debt"
          : by === "decision"
            ? "decision"
            : "request",
    schedule: schedule ?? { notApplicable: "no schedule opened this operation" },
    productionImpact: impactOf(plan),
    announced: { notCaptured: "whether people were told beforehand is not recorded" },
  };
}

export function authorise(opened: Opened): Authorisation {
  const { plan, planHash, by, reason, cause } = opened;
  const approvals = readApprovals(cause);
  const isAutomatic = by === "decision";
  return {
    requester: by,
    reason,
    method: isAutomatic
      ? "the policy of the application, by its guards"
      : scheduleOf(by) === undefined
        ? "a token of the API"
        : "the schedule in the configuration",
    approvals:
      approvals.length > 0
        ? approvals
        : { notApplicable: isAutomatic ? "the policy decided" : "the policy asks for nobody else" },
    boundTo: { planHash, epoch: plan.epoch },
    changeTicket: { notCaptured: "Greenlight knows no tickets" },
    abortCriteria: abortCriteriaOf(plan),
  };
}

export function describeScenario(
  { plan, reason }: Opened,
  { verdict, evidence }: { readonly verdict: string | null; readonly evidence: readonly string[] },
): Scenario {
  return {
    class: verdict ?? (plan.ends === "restore" ? "rehearsal without a fault" : "planned move"),
    description: [reason, ...evidence.filter((line) => line !== reason)].join("; "),
    expected: plan.steps.map(({ id, uses, subject, cluster, desired }) => {
      const target = [subject, cluster && `on ${cluster}`].filter(Boolean).join(" ");
      return `${id}: ${uses} ${target}${target && " "}is ${JSON.stringify(desired)}`;
    }),
    injectedFaults: { notCaptured: "Greenlight injects none; what others did is not known to it" },
    assumptions: { notCaptured: "the configuration names none" },
  };
}

/** As the plan has them: what each failure was to mean. */
function abortCriteriaOf(plan: OperationPlan): readonly string[] {
  const wanted = new Set(mandatorySteps(plan).map(({ id }) => id));
  const meaning = {
    undo: "everything is taken back",
    hold: "it stops as it is, for a person",
    continue: "it goes on without it",
  } as const;
  return plan.steps
    .filter(({ id }) => wanted.has(id))
    .map(({ id, onFailure }) => `${id} fails: ${meaning[onFailure]}`);
}

/** By what its steps do, whatever it is called and however it ends. */
function impactOf({ ends, from, steps }: OperationPlan): string {
  const moves = steps.some(({ uses, cluster }) => {
    return (
      uses === "dns" ||
      uses === "lease" ||
      (uses === "traffic" && ends === "keep") ||
      cluster === from
    );
  });
  if (!moves) return "none planned: no step changes what users reach";
  return ends === "restore" ? "live traffic is changed, and put back" : "live traffic is moved";
}

/** Who a schedule opens operations as. */
function scheduleOf(by: string): string | undefined {
  return /^schedule (.+)$/u.exec(by)?.[1];
}

function readApprovals(cause: Json): readonly Approval[] {
  const list = memberOf(cause, "approvals");
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: Json) => {
    const [by, at] = [memberOf(one, "by"), memberOf(one, "at")];
    if (typeof by !== "string") return [];
    return [{ by, at: typeof at === "number" ? renderInstant(at) : "" }];
  });
}
