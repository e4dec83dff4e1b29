import {
  type AutoscalerState,
  readAutoscaler,
} from "../../adapters/kubernetes/autoscaler-object.ts";
import { writeFenced } from "../../adapters/kubernetes/fenced-write.ts";
import { codeOf, GreenlightError } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type { Cluster, Ref } from "../../engine/ports/cluster.ts";
import type { Authority } from "../../engine/ports/driver.ts";
import type { Scale } from "./scale.ts";

/** The autoscaler that owns a Deployment, as far as it gets in its way. */
export type Autoscaler = {
  readonly name: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
};

/** As it was listed, and what that says. */
export interface FoundAutoscaler {
  readonly object: Json;
  readonly state: AutoscalerState;
}

/** Undefined: none owns it. Of several, which Kubernetes then ignores, the first by name. */
export async function findAutoscaler(
  cluster: Cluster,
  { namespace, name }: Pick<Ref, "namespace" | "name">,
  signal: AbortSignal,
): Promise<FoundAutoscaler | undefined> {
  try {
    const all = await cluster.list({ ...KIND, namespace }, signal);
    const found = all.map((object) => ({ object, state: readAutoscaler(object) }));
    return found.find(({ state: { target } }) => {
      return target.kind === "Deployment" && target.name === name;
    });
  } catch (error) {
    // A cluster without that API has no autoscaler of its kind.
    if (codeOf(error) === "GL_NOT_FOUND") return undefined;
    throw error;
  }
}

/**
 * Sees to it that the autoscaler lets the workload have what is wanted. Before the workload is
 * scaled: it would undo that otherwise. Rejects with GL_REJECTED where its maximum is too low.
 */
export async function yieldTo(
  desired: Scale,
  { object: seen, state }: FoundAutoscaler,
  at: { readonly cluster: Cluster; readonly namespace: string; readonly authority: Authority },
): Promise<void> {
  const { cluster, namespace, authority } = at;
  // At zero replicas it rests, whatever its minimum is.
  if (desired.replicas === 0 && desired.minReplicas === undefined) return;
  const ref = { ...KIND, namespace, name: state.name };
  const wanted = (object: Json) => {
    const now = readAutoscaler(object);
    const minReplicas = minimumFor(desired, now);
    if (minReplicas > now.maxReplicas) throw tooMany(now, minReplicas);
    return { minReplicas };
  };
  await writeFenced(cluster, { ref, seen, wanted }, authority);
}

/** What is still missing of the autoscaler, for people. */
export function whyNotYielding(desired: Scale, seen: Autoscaler | null): string | undefined {
  if (seen === null || (desired.replicas === 0 && desired.minReplicas === undefined))
    return undefined;
  const wanted = minimumFor(desired, seen);
  if (wanted === seen.minReplicas) return undefined;
  return `HorizontalPodAutoscaler ${seen.name} has minReplicas ${seen.minReplicas}, not ${wanted}`;
}

function minimumFor({ replicas, minReplicas }: Scale, seen: Autoscaler): number {
  return minReplicas ?? Math.max(replicas, seen.minReplicas);
}

function tooMany({ name, maxReplicas }: Autoscaler, wanted: number): GreenlightError {
  const what = `HorizontalPodAutoscaler ${name} allows at most ${maxReplicas} replicas`;
  return new GreenlightError("GL_REJECTED", `${what}, ${wanted} are wanted`);
}

const KIND = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" } as const;
