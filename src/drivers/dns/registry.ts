import { z } from "zod";
import { type Action, bind } from "../../engine/action.ts";
import type { Dns, DnsTools } from "./dns.ts";
import * as rfc2136 from "./rfc2136.ts";
import * as route53 from "./route53.ts";

/** Every driver of the kind: a new one is a file, a line here and a case below. */
export const registry = z.discriminatedUnion("driver", [rfc2136.schema, route53.schema]);

export type DnsConfig = z.infer<typeof registry>;

/** The configured driver, bound to what is wanted of it. */
export function bindDns(config: DnsConfig, desired: Dns, tools: DnsTools): Action {
  switch (config.driver) {
    case "rfc2136":
      return bind(rfc2136.create(config, tools), desired);
    case "route53":
      return bind(route53.create(config, tools), desired);
    default:
      return config satisfies never;
  }
}
