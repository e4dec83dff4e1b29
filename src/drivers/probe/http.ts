import { isIPv6 } from "node:net";
import { z } from "zod";
import { hostPort } from "../../adapters/schema/host-port.ts";
import { GreenlightError } from "../../domain/errors.ts";
import { LAYERS } from "../../domain/observation.ts";
import type { Asked, Probe } from "../../engine/ports/probe.ts";
import { type HttpAnswer, HttpTarget } from "./http-target.ts";
import { askInTime, OK, type ProbeTools } from "./probe.ts";

export const schema = z.strictObject({
  probe: z.literal("http"),
  layer: z.enum(LAYERS).default("public"),
  path: z
    .string()
    .max(2000)
    .regex(/^\/[!-~]*$/, "must be a path, as in /healthz"),
  addresses: z
    .record(z.string(), hostPort)
    .optional()
    .meta({ description: "Of each cluster: host:port. Without them the public path is asked." }),
  expect: z.strictObject({
    status: z.int().min(200).max(599).default(200),
    body: z
      .string()
      .max(10_000)
      .optional()
      .meta({ description: "The whole body, but for white space around it." }),
  }),
});

type HttpConfig = z.infer<typeof schema>;

/**
 * Asks through the public path of one cluster: at its own address, with the public Host, because by
 * name it would measure whoever serves now.
 */
export function create(
  config: HttpConfig & { readonly name: string },
  tools: Omit<ProbeTools, "kubernetes" | "workloads">,
): Probe {
  const { name, layer, path, expect } = config;
  const { cluster, clock, timeoutMs, localAddress } = tools;
  const target = new HttpTarget({
    clock,
    ...whereOf(config, tools),
    path,
    timeoutMs,
    ...(localAddress !== undefined && { localAddress }),
  });
  return {
    name,
    cluster,
    layer,
    ask: (signal) =>
      askInTime(tools, signal, async (inTime) => judge(await target.ask(inTime), expect)),
    close: () => target.close(),
  };
}

function whereOf(
  { name, addresses }: HttpConfig & { readonly name: string },
  { cluster, public: at }: Pick<ProbeTools, "cluster" | "public">,
): { readonly origin: string; readonly host: string } {
  if (addresses) {
    const own = addresses[cluster];
    if (own === undefined)
      throw new GreenlightError("GL_CONFIG", `${name}: no address of ${cluster}`);
    return { origin: `http://${own}`, host: own };
  }
  const address = isIPv6(at.address) ? `[${at.address}]` : at.address;
  const host = at.port === 80 ? at.host : `${at.host}:${at.port}`;
  return { origin: `http://${address}:${at.port}`, host };
}

/** Never shows the body: it may hold anything. */
function judge({ status, body, note }: HttpAnswer, expect: HttpConfig["expect"]): Asked {
  if (status !== expect.status) return { answer: "unready", detail: `answered ${status}` };
  if (expect.body !== undefined && body.trim() !== expect.body.trim())
    return { answer: "unready", detail: `answered ${status} with another body` };
  return note === undefined ? OK : { ...OK, detail: note };
}
