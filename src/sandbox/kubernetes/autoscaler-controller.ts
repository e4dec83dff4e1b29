import { rfc3339 } from "../../adapters/clock/rfc3339.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { type KubeObject, numberAt, recordAt, textAt } from "./kube-object.ts";
import { AUTOSCALERS, DEPLOYMENTS } from "./resource.ts";
import type { Change, World } from "./world.ts";

/**
 * Keeps the replicas of Deployments within the bounds of their autoscalers. There is no load here:
 * what is within them stays. At zero replicas an autoscaler rests, as the real one does.
 */
export class AutoscalerController {
  readonly #world: World;
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  readonly #unfollow: () => void;

  constructor(world: World, clock: Clock) {
    this.#world = world;
    this.#clock = clock;
    this.#unfollow = world.follow((change) => this.#notice(change));
  }

  close(): void {
    this.#unfollow();
    this.#closed.abort();
  }

  #notice({ type, resource, object }: Change): void {
    if (type === "DELETED") return;
    if (resource === AUTOSCALERS) this.#wake(object);
    if (resource !== DEPLOYMENTS) return;
    const { namespace, name } = object.metadata;
    for (const autoscaler of this.#world.list(AUTOSCALERS, namespace))
      if (targetOf(autoscaler) === name) this.#wake(autoscaler);
  }

  #wake({ metadata: { namespace = "", name } }: KubeObject): void {
    this.#clock.sleep(REACTION_MS, this.#closed.signal).then(
      () => this.#sync(namespace, name),
      () => undefined,
    );
  }

  /** From what is there now, whatever happened in between. */
  #sync(namespace: string, name: string): void {
    const autoscaler = this.#world.find(AUTOSCALERS, namespace, name);
    if (!autoscaler) return;
    const deployment = this.#world.find(DEPLOYMENTS, namespace, targetOf(autoscaler) ?? "");
    if (!deployment) return;
    const current = numberAt(deployment, "spec.replicas");
    const wanted = current === 0 ? 0 : within(autoscaler, current);
    const spec = { ...recordAt(deployment, "spec"), replicas: wanted };
    this.#world.replace(DEPLOYMENTS, { before: deployment, next: { ...deployment, spec } });
    const status = renderStatus(autoscaler, { current, wanted, now: this.#now() });
    this.#world.replace(AUTOSCALERS, { before: autoscaler, next: { ...autoscaler, status } });
  }

  #now(): string {
    return rfc3339(this.#clock.wallMs());
  }
}

function within(autoscaler: KubeObject, replicas: number): number {
  const min = numberAt(autoscaler, "spec.minReplicas");
  return Math.max(min, Math.min(replicas, numberAt(autoscaler, "spec.maxReplicas")));
}

/** The Deployment's name; undefined where it is for something else. */
function targetOf(autoscaler: KubeObject): string | undefined {
  const target = recordAt(autoscaler, "spec.scaleTargetRef");
  return target["kind"] === "Deployment" ? textAt(target, "name") : undefined;
}

function renderStatus(
  autoscaler: KubeObject,
  { current, wanted, now }: { current: number; wanted: number; now: string },
): JsonObject {
  const before = recordAt(autoscaler, "status");
  const moved = current === wanted ? before["lastScaleTime"] : now;
  return {
    observedGeneration: numberAt(autoscaler, "metadata.generation"),
    currentReplicas: current,
    desiredReplicas: wanted,
    ...(moved !== undefined && { lastScaleTime: moved }),
  };
}

/** From a change to the controller's look at it. */
const REACTION_MS = 5;
