import { connect } from "node:net";
import { z } from "zod";
import { hostPort, parseHostPort } from "../../adapters/schema/host-port.ts";
import { LAYERS } from "../../domain/observation.ts";
import type { Probe } from "../../engine/ports/probe.ts";
import { askInTime, OK, type ProbeTools } from "./probe.ts";

export const schema = z.strictObject({
  probe: z.literal("tcp"),
  layer: z.enum(LAYERS),
  addresses: z.record(z.string(), hostPort).meta({ description: "Of each cluster: host:port." }),
});

export interface TcpTarget extends Pick<Probe, "name" | "cluster" | "layer"> {
  /** host:port */
  readonly address: string;
}

/** Asks whether a connection is accepted: by the kernel, so a process that hangs still is `ok`. */
export function create(
  target: TcpTarget,
  tools: Pick<ProbeTools, "clock" | "timeoutMs" | "localAddress">,
): Probe {
  const { name, cluster, layer, address } = target;
  const { localAddress } = tools;
  const to = { ...parseHostPort(address), ...(localAddress !== undefined && { localAddress }) };
  return {
    name,
    cluster,
    layer,
    ask: (signal) => askInTime(tools, signal, async (inTime) => await opened(to, inTime)),
    close: async () => undefined,
  };
}

function opened(
  to: { readonly host: string; readonly port: number; readonly localAddress?: string },
  signal: AbortSignal,
): Promise<typeof OK> {
  return new Promise((resolve, reject) => {
    const socket = connect(to);
    const abort = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    socket.once("connect", () => {
      signal.removeEventListener("abort", abort);
      socket.destroy();
      resolve(OK);
    });
    socket.on("error", (error) => {
      signal.removeEventListener("abort", abort);
      reject(error);
    });
  });
}
