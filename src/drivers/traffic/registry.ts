import { z } from "zod";
import { type Action, bind } from "../../engine/action.ts";
import * as ingress from "./ingress.ts";
import * as service from "./service.ts";
import type { Traffic, TrafficTools } from "./traffic.ts";

/** Every driver of the kind: a new one is a file, a line here and a case below. */
export const registry = z.discriminatedUnion("driver", [service.schema, ingress.schema]);

export type TrafficConfig = z.infer<typeof registry>;

/** The configured driver, bound to what is wanted of it. */
export function bindTraffic(config: TrafficConfig, desired: Traffic, tools: TrafficTools): Action {
  switch (config.driver) {
    case "service":
      return bind(service.create(config, tools), desired);
    case "ingress":
      return bind(ingress.create(config, tools), desired);
    default:
      return config satisfies never;
  }
}
