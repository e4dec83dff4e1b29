import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Probe } from "../../engine/ports/probe.ts";
import * as deployment from "./deployment.ts";
import * as http from "./http.ts";
import * as kubernetes from "./kubernetes.ts";
import * as postgres from "./postgres.ts";
import type { ProbeTools } from "./probe.ts";
import * as tcp from "./tcp.ts";

/** Every probe: a new one is a file, a line here and a case below. */
export const registry = z.discriminatedUnion("probe", [
  kubernetes.schema,
  deployment.schema,
  http.schema,
  tcp.schema,
  postgres.schema,
]);

export type ProbeConfig = z.infer<typeof registry> & { readonly name: string };

/** The configured probe of one cluster from one vantage. Throws GL_CONFIG where it has no target. */
export function createProbe(config: ProbeConfig, tools: ProbeTools): Probe {
  switch (config.probe) {
    case "kubernetes":
      return kubernetes.create(config.name, tools);
    case "deployment":
      return deployment.create(config, tools);
    case "http":
      return http.create(config, tools);
    case "tcp": {
      const { name, layer, addresses } = config;
      const address = addresses[tools.cluster];
      if (address === undefined)
        throw new GreenlightError("GL_CONFIG", `${name}: no address of ${tools.cluster}`);
      return tcp.create({ name, layer, cluster: tools.cluster, address }, tools);
    }
    case "postgres":
      return postgres.create(config, tools);
    default:
      return config satisfies never;
  }
}
