import { z } from "zod";
import { writeFenced } from "../../adapters/kubernetes/fenced-write.ts";
import { readService } from "../../adapters/kubernetes/service-object.ts";
import { GreenlightError } from "../../domain/errors.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { Ref } from "../../engine/ports/cluster.ts";
import type { Driver } from "../../engine/ports/driver.ts";
import type { Traffic, TrafficTools } from "./traffic.ts";

export const schema = z.strictObject({
  driver: z.literal("service"),
  namespace: z.string().min(1),
  service: z.string().min(1),
});

/** What one read of the Service says. */
type Observed = {
  readonly epoch: number;
  readonly sequence: number;
  /** Its selector does not ask for the key that no pod has. */
  readonly serves: boolean;
  /** Who is selected where it serves: what others put there. */
  readonly selector: Readonly<Record<string, string>>;
};

/**
 * Opens and closes one Service by one key of its selector that no pod's labels have. An emptied
 * selector would not do: Kubernetes then leaves the endpoints as they are. All other keys stay as
 * they are found. The pair that it holds is in annotations; without them it is 0 and 0.
 */
export function create(
  config: z.infer<typeof schema>,
  { cluster }: TrafficTools,
): Driver<Traffic, Observed> {
  const { namespace, service: name } = config;
  const ref: Ref = { apiVersion: "v1", kind: "Service", namespace, name };
  return {
    name: "traffic/service",
    observe: async (signal) => observe(await cluster.read(ref, signal)),
    apply: async (desired, authority) => {
      const wanted = (object: Json) => ({ selector: selectorFor(object, { name, ...desired }) });
      await writeFenced(cluster, { ref, wanted }, authority);
    },
    awaitChange: async (seen, signal) => {
      for await (const object of cluster.watch(ref, signal))
        if (JSON.stringify(observe(object)) !== JSON.stringify(seen)) return;
    },
    whyNotReached: ({ serves }, desired) => {
      if (serves === desired.serves) return undefined;
      return serves ? `${name} still selects pods` : `${name} is quarantined: it selects no pods`;
    },
    restoring: ({ serves }) => ({ serves }),
  };
}

function observe(object: Json): Observed {
  const { epoch, sequence, selector: whole } = readService(object);
  const { [QUARANTINED]: closed, ...selector } = whole;
  return { epoch, sequence, serves: closed === undefined, selector };
}

/** The whole of it: what others put there, and our key or not. */
function selectorFor(
  object: Json,
  { name, serves }: Traffic & { readonly name: string },
): JsonObject {
  const { selector } = observe(object);
  // Its endpoints are someone else's to write: with a selector they would be taken away for good.
  if (Object.keys(selector).length === 0)
    throw new GreenlightError("GL_REJECTED", `Service ${name} selects no pods by itself`);
  return serves ? selector : { ...selector, [QUARANTINED]: "true" };
}

const QUARANTINED = "greenlight.dev/quarantined";
