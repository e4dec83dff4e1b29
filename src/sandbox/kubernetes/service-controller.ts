import { fieldAt, isRecord, type KubeObject, recordAt } from "./kube-object.ts";
import { isReady } from "./pod.ts";
import { PODS, SERVICES } from "./resource.ts";
import type { Change, World } from "./world.ts";

/** Which Service. */
interface ServiceRef {
  readonly namespace: string;
  readonly name: string;
}

/** Called when another number of available pods is behind the Service; at first it is 0. */
export type OnSelected = (service: ServiceRef, pods: number) => void;

/**
 * Knows how many available pods each Service selects, as its endpoints would say. A Service without
 * a selector, or with an empty one, keeps those that it had: so does the real one.
 */
export class ServiceController {
  readonly #world: World;
  readonly #onSelected: OnSelected;
  readonly #unfollow: () => void;
  readonly #selected = new Map<string, number>();

  constructor(world: World, onSelected: OnSelected) {
    this.#world = world;
    this.#onSelected = onSelected;
    this.#unfollow = world.follow((change) => this.#notice(change));
  }

  close(): void {
    this.#unfollow();
  }

  #notice({ type, resource, object }: Change): void {
    if (resource === SERVICES) this.#tell(object, type === "DELETED" ? 0 : this.#count(object));
    if (resource !== PODS) return;
    for (const service of this.#world.list(SERVICES, object.metadata.namespace))
      this.#tell(service, this.#count(service));
  }

  /** Undefined: as it was. */
  #count(service: KubeObject): number | undefined {
    const selector = Object.entries(recordAt(service, "spec.selector"));
    if (selector.length === 0) return undefined;
    const pods = this.#world.list(PODS, service.metadata.namespace).filter((pod) => {
      const labels = fieldAt(pod, "metadata.labels");
      return isRecord(labels) && selector.every(([key, value]) => labels[key] === value);
    });
    return pods.filter(isReady).length;
  }

  #tell({ metadata: { namespace = "", name } }: KubeObject, pods: number | undefined): void {
    const key = `${namespace}/${name}`;
    if (pods === undefined || (this.#selected.get(key) ?? 0) === pods) return;
    this.#selected.set(key, pods);
    this.#onSelected({ namespace, name }, pods);
  }
}
