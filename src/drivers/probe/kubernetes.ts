import { z } from "zod";
import type { Probe } from "../../engine/ports/probe.ts";
import { askInTime, OK, type ProbeTools } from "./probe.ts";

export const schema = z.strictObject({ probe: z.literal("kubernetes") });

/** Asks the API server whether it is ready. */
export function create(name: string, tools: ProbeTools): Probe {
  const { cluster, kubernetes } = tools;
  return {
    name,
    cluster,
    layer: "api",
    ask: (signal) =>
      askInTime(tools, signal, async (inTime) => {
        const why = await kubernetes.whyNotReady(inTime);
        return why === undefined ? OK : { answer: "unready", detail: why };
      }),
    close: async () => undefined,
  };
}
