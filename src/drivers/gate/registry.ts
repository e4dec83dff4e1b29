import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import type { Gate } from "../../engine/work.ts";
import * as caughtUp from "./caught-up.ts";
import * as dataReady from "./data-ready.ts";
import type { GateSubject, GateTools } from "./gate.ts";
import * as lossBound from "./loss-bound.ts";
import * as ownPath from "./own-path.ts";
import * as publicPath from "./public-path.ts";

/** What each gate is asked to hold, by the `uses` of its step. */
const registry = z.discriminatedUnion("uses", [
  z.strictObject({ uses: z.literal("gate/loss-bound"), desired: lossBound.schema }),
  z.strictObject({ uses: z.literal("gate/public-path"), desired: publicPath.schema }),
  z.strictObject({ uses: z.literal("gate/own-path"), desired: ownPath.schema }),
  z.strictObject({ uses: z.literal("gate/caught-up"), desired: caughtUp.schema }),
  z.strictObject({ uses: z.literal("gate/data-ready"), desired: dataReady.schema }),
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
    case "gate/own-path":
      return ownPath.create(desired, about, tools);
    case "gate/caught-up":
      return caughtUp.create(desired, about, tools);
    case "gate/data-ready":
      return dataReady.create(desired, about, tools);
    default:
      return uses satisfies never;
  }
}
