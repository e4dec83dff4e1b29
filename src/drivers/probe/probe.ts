import { bounded } from "../../adapters/clock/bound.ts";
import { networkFailureOf } from "../../adapters/network/network-failure.ts";
import { codeOf, reasonOf } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Cluster, Ref } from "../../engine/ports/cluster.ts";
import type { Asked } from "../../engine/ports/probe.ts";

/** Which cluster is asked, from where, and what every probe of this kind may use. */
export interface ProbeTools {
  readonly cluster: string;
  readonly clock: Clock;
  /** The time of one answer. */
  readonly timeoutMs: number;
  /** Where connections come from; by default the system chooses. */
  readonly localAddress?: string;
  /** The cluster's API, reached from the same local address. */
  readonly kubernetes: Cluster;
  /** The application's public name, and the address that this cluster serves it at. */
  readonly public: { readonly host: string; readonly port: number; readonly address: string };
  /** The application's workloads, by the name that the config gives them. */
  readonly workloads: Readonly<Record<string, Ref>>;
}

export const OK: Asked = { answer: "ok" };

/** What the question finds out within the probe's time; what goes wrong is an answer as well. */
export async function askInTime(
  { clock, timeoutMs }: Pick<ProbeTools, "clock" | "timeoutMs">,
  signal: AbortSignal,
  question: (inTime: AbortSignal) => Promise<Asked>,
): Promise<Asked> {
  try {
    return await bounded({ clock, timeoutMs, signal }, question);
  } catch (error) {
    return signal.aborted ? { answer: "unknown", detail: "it was stopped" } : answerOf(error);
  }
}

/** What a failure says of the target. */
function answerOf(error: unknown): Asked {
  // That the target does not know us, or that we lack what to say who we are, says nothing about its
  // health.
  if (["GL_FORBIDDEN", "GL_CREDENTIAL"].includes(codeOf(error) ?? ""))
    return { answer: "unknown", detail: cut(reasonOf(error)) };
  const { kind, detail } = networkFailureOf(error);
  switch (kind) {
    case "refused":
    case "reset":
    case "timeout":
      return { answer: kind, detail };
    case "own":
      return { answer: "unknown", detail };
    case "other":
      return { answer: "unready", detail };
    default:
      return kind satisfies never;
  }
}

function cut(text: string): string {
  return text.slice(0, MAX_DETAIL);
}

const MAX_DETAIL = 200;
