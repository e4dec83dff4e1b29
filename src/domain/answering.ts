import type { PlannedStep } from "./plan.ts";
import type { Survey } from "./survey.ts";

/** Did what the step would change answer when it was looked at last? */
export function isAnswering(
  survey: Survey,
  { uses, cluster = "", subject = "" }: Pick<PlannedStep, "uses" | "cluster" | "subject">,
): boolean {
  const look = lookAt();
  return look !== undefined && "found" in look;

  function lookAt() {
    if (uses === "data") return survey.stores[subject]?.[cluster];
    if (uses === "scale") return survey.workloads[cluster]?.[subject];
    return survey.leases[cluster];
  }
}
