import { z } from "zod";
import type { DeploymentState } from "../../adapters/kubernetes/deployment-object.ts";
import { codeOf, GreenlightError, reasonOf } from "../../domain/errors.ts";
import type { Asked, Probe } from "../../engine/ports/probe.ts";
import { DeploymentView } from "./deployment-view.ts";
import { OK, type ProbeTools } from "./probe.ts";

export const schema = z.strictObject({
  probe: z.literal("deployment"),
  workload: z.string().min(1).meta({ description: "The name of one of its workloads." }),
});

/**
 * Says at once whether all wanted pods are available, from a watch that it keeps open. `unknown`
 * where none are wanted, and where the API does not confirm it: that is for the API's own probe.
 */
export function create(
  config: z.infer<typeof schema> & { readonly name: string },
  tools: ProbeTools,
): Probe {
  const ref = tools.workloads[config.workload];
  if (!ref)
    throw new GreenlightError("GL_CONFIG", `${config.name}: no workload ${config.workload}`);
  const view = new DeploymentView(ref, tools);
  return {
    name: config.name,
    cluster: tools.cluster,
    layer: "workload",
    ask: async (signal) => {
      const seen = await view.look(signal);
      return "state" in seen ? judge(seen.state) : judgeFailure(seen.error, ref.name);
    },
    close: () => view.close(),
  };
}

function judge({ replicas, available }: DeploymentState): Asked {
  if (replicas === 0) return { answer: "unknown", detail: "no pods are wanted" };
  if (available >= replicas) return OK;
  return { answer: "unready", detail: `${available} of ${replicas} available` };
}

function judgeFailure(error: unknown, name: string): Asked {
  if (codeOf(error) === "GL_NOT_FOUND")
    return { answer: "unready", detail: `there is no Deployment ${name}` };
  return { answer: "unknown", detail: reasonOf(error).slice(0, MAX_DETAIL) };
}

const MAX_DETAIL = 200;
