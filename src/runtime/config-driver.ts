import { z } from "zod";
import { registry as dataRegistry } from "../drivers/data/registry.ts";
import { registry as dnsRegistry } from "../drivers/dns/registry.ts";
import { registry as notifyRegistry } from "../drivers/notify/registry.ts";
import { registry as probeRegistry } from "../drivers/probe/registry.ts";
import { registry as scaleRegistry } from "../drivers/scale/registry.ts";
import { registry as trafficRegistry } from "../drivers/traffic/registry.ts";

/** What a person calls a part of the configuration. */
export const name = z
  .string()
  .max(50)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "must be lower case letters, digits and -");

export const workloadSchema = withName("driver", scaleRegistry);
export const dataSchema = withName("driver", dataRegistry);
export const dnsSchema = withName("driver", dnsRegistry);
export const trafficSchema = withName("driver", trafficRegistry);
export const probeSchema = withName("probe", probeRegistry);
export const notifierSchema = notifyRegistry;

type Options = readonly [z.ZodObject, ...z.ZodObject[]];

/** The registry's union, and beside each driver's own fields the name that the config gives it. */
function withName<O extends Options>(
  discriminator: "driver" | "probe",
  { options }: z.ZodDiscriminatedUnion<O>,
) {
  const [first, ...rest] = options.map((option) => option.safeExtend({ name }));
  if (first === undefined) throw new Error(`no ${discriminator} is registered`);
  return z.discriminatedUnion(discriminator, [first, ...rest]) as unknown as z.ZodType<
    z.output<O[number]> & { readonly name: string },
    z.input<O[number]> & { readonly name: string }
  >;
}
