import type { LayerState, LayerStates } from "./layer.ts";
import { LAYERS, type Layer } from "./observation.ts";
import type { VerdictKind } from "./verdict-kind.ts";

/** A verdict's kind, and why it is that one, in half a sentence for people. */
export interface Diagnosis {
  readonly kind: VerdictKind;
  readonly because: string;
}

/** What the layers of one cluster can't tell. */
export interface Circumstances {
  /** Is the cluster the application's primary? A standby serves nobody: it has no users to lose. */
  readonly serves: boolean;
  /** Do the API servers of all other clusters look bad too? */
  readonly elsewhereBad: boolean;
}

/**
 * The truth table: each combination of layer states has one diagnosis. A layer that is not clear
 * yet makes it `inconclusive` only where the answer depends on it.
 */
export function diagnose(states: LayerStates, where: Circumstances): Diagnosis {
  const layers = knowable(states, where);
  const split = LAYERS.filter((layer) => layers[layer] === "split");
  if (split.length > 0) return inconclusive(`split vote on ${split.join(" and ")}`);
  if (layers.api === "failed" && where.elsewhereBad)
    return inconclusive("every API server looks bad, so the observer is to be doubted first");
  if (!where.serves)
    return layers.api === "unknown"
      ? inconclusive("nothing is known of its API server")
      : diagnoseServed(layers, false);
  return diagnosePublic(layers);
}

/** Nobody asks a standby's public path, and only the API server tells of nodes and workloads. */
function knowable(states: LayerStates, { serves }: Circumstances): LayerStates {
  const served: LayerStates = serves
    ? states
    : { ...states, public: "unknown", workload: "unknown" };
  return states.api === "failed" ? { ...served, nodes: "unknown", workload: "unknown" } : served;
}

function diagnosePublic(layers: LayerStates): Diagnosis {
  switch (layers.public) {
    case "failed":
      return layers.api === "failed" ? diagnoseSite(layers) : diagnoseOutage(layers);
    case "healthy":
    case "partial":
      return diagnoseServed(layers);
    case "unknown":
      return layers.api === "healthy" && layers.workload === "healthy"
        ? diagnoseServed(layers)
        : inconclusive("nothing is known of its public path");
    default:
      return inconclusive("its public path is not clear yet");
  }
}

/** The API server and the public path failed: is anything left that contradicts a loss? */
function diagnoseSite(layers: LayerStates): Diagnosis {
  const rest = LAYERS.filter((layer) => !isEither(layers[layer], "failed", "unknown"));
  if (rest.length === 0)
    return {
      kind: "site-loss",
      because: "API server and public path failed, and nothing that can be asked is healthy",
    };
  const seen = rest.map((layer) => `${layer} is ${TEXTS[layers[layer]]}`).join(", ");
  return inconclusive(`API server and public path failed, but ${seen}`);
}

/** The public path failed, the API server did not: whose fault is it? */
function diagnoseOutage({ api, workload, data }: LayerStates): Diagnosis {
  if (api !== "healthy")
    return inconclusive(`the public path failed, and the API server is ${TEXTS[api]}`);
  if (isEither(workload, "failed", "partial"))
    return { kind: "workload", because: "the public path failed, and so did the workload" };
  if (workload === "suspect") return inconclusive("the workload is not clear yet");
  if (isEither(data, "failed", "partial"))
    return { kind: "data", because: "the public path failed, and of what it needs the data did" };
  if (data === "suspect") return inconclusive("the data is not clear yet");
  if (workload === "healthy")
    return {
      kind: "ingress",
      because: "the public path failed, the workload behind it is healthy",
    };
  return inconclusive("the public path failed, and nothing is known of the workload");
}

/** Users are served, at least in part, or there are none. */
function diagnoseServed(layers: LayerStates, serves = true): Diagnosis {
  if (layers.api === "failed" && layers.public !== "partial")
    return {
      kind: "api-only",
      because: serves
        ? "the API server is away, no user is affected"
        : "its API server is away; it is not the one that serves",
    };
  if (layers.api === "suspect") return inconclusive("the API server is not clear yet");
  if (layers.api !== "failed" && layers.data === "failed")
    return { kind: "data", because: "the data failed" };
  if (layers.api !== "failed" && layers.data === "suspect")
    return inconclusive("the data is not clear yet");
  const bad = among(layers, "failed", "partial");
  if (bad.length > 0)
    return { kind: "degraded", because: `users are served, but trouble with ${bad.join(", ")}` };
  const unclear = among(layers, "suspect", "split");
  if (unclear.length > 0) return inconclusive(`not clear yet: ${unclear.join(", ")}`);
  return { kind: "healthy", because: "nothing failed" };
}

const TEXTS: Readonly<Record<LayerState, string>> = {
  healthy: "healthy",
  partial: "healthy in part",
  failed: "failed",
  suspect: "not clear yet",
  split: "split",
  unknown: "not known",
};

function inconclusive(because: string): Diagnosis {
  return { kind: "inconclusive", because };
}

function among(layers: LayerStates, one: LayerState, other: LayerState): readonly Layer[] {
  return LAYERS.filter((layer) => isEither(layers[layer], one, other));
}

function isEither(state: LayerState, one: LayerState, other: LayerState): boolean {
  return state === one || state === other;
}
