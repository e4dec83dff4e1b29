import { rfc3339 } from "../../adapters/clock/rfc3339.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { DeploymentRef } from "./deployment-controller.ts";
import type { PodCount } from "./deployment-status.ts";
import { type KubeObject, listAt, textAt } from "./kube-object.ts";
import { isReady, renderPod, startedPod } from "./pod.ts";
import { NODES, PODS } from "./resource.ts";
import { suffixOf } from "./uid.ts";
import type { World } from "./world.ts";

/** The pods of Deployments, and since when each of them is starting. */
export class PodCrew {
  readonly #world: World;
  readonly #clock: Clock;
  /** By uid, monotonic. */
  readonly #startedMs = new Map<string, number>();
  #made = 0;

  constructor(world: World, clock: Clock) {
    this.#world = world;
    this.#clock = clock;
  }

  count(ref: DeploymentRef): PodCount {
    const pods = this.#podsOf(ref);
    return { pods: pods.length, ready: pods.filter(isReady).length };
  }

  /** Starts what is missing and stops what is too much: first what is not ready. */
  resize(ref: DeploymentRef, deployment: KubeObject | undefined, wanted: number): void {
    const pods = this.#podsOf(ref);
    const surplus = pods.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)));
    for (const pod of surplus.slice(0, Math.max(0, pods.length - wanted))) {
      this.#startedMs.delete(pod.metadata.uid);
      this.#world.remove(PODS, pod);
    }
    for (let count = pods.length; deployment && count < wanted; count += 1) this.#start(deployment);
  }

  /** Makes those ready whose start-up is over; answers after which time the next one's is. */
  startDue(ref: DeploymentRef, startupDelayMs: number): number | undefined {
    const nowMs = this.#clock.monotonicMs();
    const waiting: number[] = [];
    for (const pod of this.#podsOf(ref).filter((one) => !isReady(one))) {
      const leftMs = (this.#startedMs.get(pod.metadata.uid) ?? 0) + startupDelayMs - nowMs;
      if (leftMs > 0) waiting.push(leftMs);
      else this.#finish(pod);
    }
    return waiting.length === 0 ? undefined : Math.min(...waiting);
  }

  #start(deployment: KubeObject): void {
    this.#made += 1;
    const nodes = this.#world.list(NODES);
    const node = nodes[this.#made % Math.max(1, nodes.length)]?.metadata.name ?? "";
    const suffix = suffixOf(`${deployment.metadata.uid}/${this.#made}`);
    const pod = renderPod(deployment, { suffix, node, now: rfc3339(this.#clock.wallMs()) });
    const { uid } = this.#world.create(PODS, pod).metadata;
    this.#startedMs.set(uid, this.#clock.monotonicMs());
  }

  #finish(before: KubeObject): void {
    const address = `10.244.${this.#made % 200}.${(this.#startedMs.size % 200) + 2}`;
    const next = startedPod(before, { address, now: rfc3339(this.#clock.wallMs()) });
    this.#startedMs.delete(before.metadata.uid);
    this.#world.replace(PODS, { before, next });
  }

  #podsOf({ namespace, name }: DeploymentRef): readonly KubeObject[] {
    return this.#world
      .list(PODS, namespace)
      .filter((pod) =>
        listAt(pod, "metadata.ownerReferences").some((owner) => textAt(owner, "name") === name),
      );
  }
}
