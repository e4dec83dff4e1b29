import { connect } from "node:net";
import { z } from "zod";
import { hostPort, parseHostPort } from "../../adapters/schema/host-port.ts";
import { GreenlightError } from "../../domain/errors.ts";
import type { Probe } from "../../engine/ports/probe.ts";
import { askInTime, OK, type ProbeTools } from "./probe.ts";

export const schema = z.strictObject({
  probe: z.literal("postgres"),
  addresses: z.record(z.string(), hostPort).meta({ description: "Of each cluster: host:port." }),
});

/**
 * Asks PostgreSQL whether it speaks TLS, before any login: its postmaster has to start a process for
 * the answer, so one that hangs does not, whose kernel still accepts connections. Either answer is
 * `ok`; whether it is a primary is the data driver's to see.
 */
export function create(
  { name, addresses }: z.infer<typeof schema> & { readonly name: string },
  tools: Pick<ProbeTools, "cluster" | "clock" | "timeoutMs" | "localAddress">,
): Probe {
  const { cluster, localAddress } = tools;
  const address = addresses[cluster];
  if (address === undefined)
    throw new GreenlightError("GL_CONFIG", `${name}: no address of ${cluster}`);
  const to = { ...parseHostPort(address), ...(localAddress !== undefined && { localAddress }) };
  return {
    name,
    cluster,
    layer: "data",
    ask: (signal) => askInTime(tools, signal, async (inTime) => await answered(to, inTime)),
    close: async () => undefined,
  };
}

function answered(
  to: { readonly host: string; readonly port: number; readonly localAddress?: string },
  signal: AbortSignal,
): Promise<typeof OK> {
  return new Promise((resolve, reject) => {
    const socket = connect(to, () => socket.write(SSL_REQUEST));
    const abort = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    const end = (settle: () => void) => {
      signal.removeEventListener("abort", abort);
      socket.destroy();
      settle();
    };
    socket.once("data", (said) =>
      end(() => (ANSWERS.includes(said[0] ?? 0) ? resolve(OK) : reject(strange(to)))),
    );
    socket.on("error", (error) => end(() => reject(error)));
    socket.once("end", () => end(() => reject(strange(to))));
  });
}

function strange({ host, port }: { readonly host: string; readonly port: number }) {
  return new GreenlightError("GL_UNREACHABLE", `${host}:${port} does not answer as PostgreSQL`);
}

/** Length and code, as in the protocol's SSLRequest. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
/** Yes or no, in one byte: S or N. */
const ANSWERS: readonly number[] = [83, 78];
