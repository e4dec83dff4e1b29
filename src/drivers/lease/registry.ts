import { z } from "zod";
import { type Action, bind } from "../../engine/action.ts";
import type { Lease, LeaseTools } from "./lease.ts";
import * as primary from "./primary.ts";

/** Every driver of the kind: a new one is a file, a line here and a case below. */
export const registry = z.discriminatedUnion("driver", [primary.schema]);

export type LeaseConfig = z.infer<typeof registry>;

/** The configured driver, bound to what is wanted of it. */
export function bindLease(config: LeaseConfig, desired: Lease, tools: LeaseTools): Action {
  switch (config.driver) {
    case "primary":
      return bind(primary.create(tools), desired);
    default:
      return config.driver satisfies never;
  }
}
