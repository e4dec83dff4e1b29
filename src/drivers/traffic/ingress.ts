import { z } from "zod";
import { writeFenced } from "../../adapters/kubernetes/fenced-write.ts";
import {
  type IngressState,
  readIngress,
  repoint,
} from "../../adapters/kubernetes/ingress-object.ts";
import { GreenlightError } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type { Ref } from "../../engine/ports/cluster.ts";
import type { Driver } from "../../engine/ports/driver.ts";
import type { Traffic, TrafficTools } from "./traffic.ts";

export const schema = z
  .strictObject({
    driver: z.literal("ingress"),
    namespace: z.string().min(1),
    ingress: z.string().min(1),
    host: z.string().min(1).meta({ description: "As the Ingress writes it; * for any host." }),
    path: z.string().startsWith("/").default("/").meta({ description: "As it is written there." }),
    service: z.string().min(1).meta({ description: "Leads to the application's pods." }),
    instead: z.string().min(1).meta({
      description: "Where host and path lead while it is closed: a Service with the same port.",
    }),
  })
  .refine(({ service, instead }) => service !== instead, {
    path: ["instead"],
    error: "is the Service that serves",
  });

/** What one read of the Ingress says. */
type Observed = {
  readonly epoch: number;
  readonly sequence: number;
  /** Host and path lead to the application's Service. */
  readonly serves: boolean;
  /** The Service that they lead to. */
  readonly backend: string;
};

/**
 * Opens and closes one host and path of an Ingress by the name of its backend Service: the one that
 * leads to the application's pods, or the one that stands in. Ports, all other paths and rules stay
 * as they are found. The pair that it holds is in annotations; without them it is 0 and 0.
 *
 * The rules are one value to the API, so that all of them are applied, at exactly the version that
 * was read: whoever comes between is seen by reading again.
 */
export function create(
  config: z.infer<typeof schema>,
  { cluster }: TrafficTools,
): Driver<Traffic, Observed> {
  const { namespace, ingress: name, host, path, service, instead } = config;
  const ref: Ref = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace, name };
  const at = `${host}${path} of Ingress ${name}`;
  const look = (object: Json) => {
    const state = readIngress(object, config);
    return { ...state, backend: onlyBackend(state, at) };
  };
  const backendFor = ({ serves }: Traffic) => (serves ? service : instead);
  const observe = (object: Json): Observed => {
    const { epoch, sequence, backend } = look(object);
    return { epoch, sequence, serves: backend === service, backend };
  };
  return {
    name: "traffic/ingress",
    observe: async (signal) => observe(await cluster.read(ref, signal)),
    apply: async (desired, authority) => {
      const wanted = backendFor(desired);
      const ours = (object: Json) => ({ rules: repoint(look(object).rules, config, wanted) });
      await writeFenced(cluster, { ref, wanted: ours, applies: true }, authority);
    },
    awaitChange: async (seen, signal) => {
      for await (const object of cluster.watch(ref, signal))
        if (JSON.stringify(observe(object)) !== JSON.stringify(seen)) return;
    },
    whyNotReached: ({ backend }, desired) => {
      const wanted = backendFor(desired);
      return backend === wanted ? undefined : `${at} leads to ${backend}, not to ${wanted}`;
    },
    restoring: ({ serves, backend }) => (serves || backend === instead ? { serves } : undefined),
  };
}

/** Throws GL_REJECTED where it is not one Service: then nobody can say what is ours. */
function onlyBackend({ backends }: IngressState, at: string): string {
  const [backend, ...others] = backends;
  if (backend === undefined) throw new GreenlightError("GL_REJECTED", `${at} is not there`);
  if (others.length > 0)
    throw new GreenlightError("GL_REJECTED", `${at} is there ${backends.length} times`);
  if (backend === "") throw new GreenlightError("GL_REJECTED", `${at} leads to no Service`);
  return backend;
}
