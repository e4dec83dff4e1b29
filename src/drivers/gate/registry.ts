import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import type { Gate } from "../../engine/work.ts";
import type { GateSubject, GateTools } from "./gate.ts";
import * as lossBound from "./loss-bound.ts";
import * as publicPath from "./public-path.ts";

/** What each gate is asked to hold, by the `uses` of its step. */
const registry = z.discriminatedUnion("uses", [
  z.strictObject({ uses: z.literal("gate/loss-bound"), desired: lossBound.schema }),
  z.strictObject({ uses: z.literal("gate/public-path"), desired: publicPath.schema }),
]);

/** The gate that a step uses. Throws where the step asks for something that it can't hold. */
export function bindGate(
  step: { readonly uses: string; readonly desired: Json },
  about: GateSubject,
  tools: GateTools,
): Gate {
  const { uses, desired } = registry.parse({ uses: step.uses, desired: step.desired });
  switch (uses) {
    case "gate/loss-bound":
      return lossBound.create(desired, about, tools);
    case "gate/public-path":
      return publicPath.create(desired, about, tools);
    default:
      return uses satisfies never;
  }
}
