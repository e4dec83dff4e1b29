import { rfc3339 } from "../../adapters/clock/rfc3339.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { renderDeploymentStatus } from "./deployment-status.ts";
import { fieldAt, type KubeObject, listAt, numberAt, textAt } from "./kube-object.ts";
import { PodCrew } from "./pod-crew.ts";
import { DEPLOYMENTS, PODS } from "./resource.ts";
import type { Change, World } from "./world.ts";

/** Which Deployment. */
export interface DeploymentRef {
  readonly namespace: string;
  readonly name: string;
}

export interface ControllerOptions {
  readonly clock: Clock;
  readonly startupDelayMs: number;
  /** Called when the number of available pods has changed; at first it is 0. */
  readonly onAvailable?: (deployment: DeploymentRef, available: number) => void;
}

/**
 * Makes the pods that Deployments ask for, and keeps the status true. There are no ReplicaSets: a
 * changed template starts nothing anew.
 */
export class DeploymentController {
  readonly #world: World;
  readonly #clock: Clock;
  readonly #crew: PodCrew;
  readonly #onAvailable: NonNullable<ControllerOptions["onAvailable"]>;
  readonly #unfollow: () => void;
  /** The next look at each Deployment. */
  readonly #alarms = new Map<string, AbortController>();
  readonly #available = new Map<string, number>();
  #startupDelayMs: number;

  constructor(world: World, { clock, startupDelayMs, onAvailable }: ControllerOptions) {
    this.#world = world;
    this.#clock = clock;
    this.#crew = new PodCrew(world, clock);
    this.#startupDelayMs = startupDelayMs;
    this.#onAvailable = onAvailable ?? (() => undefined);
    this.#unfollow = world.follow((change) => this.#notice(change));
  }

  /** From now on, also for pods that are starting. */
  setStartupDelay(ms: number): void {
    this.#startupDelayMs = ms;
    for (const deployment of this.#world.list(DEPLOYMENTS)) this.#wake(refOf(deployment), 0);
  }

  /** Has its pods ready at once: for a world that begins in the middle of its life. */
  settle(deployment: DeploymentRef): void {
    this.#sync(deployment, 0);
  }

  close(): void {
    this.#unfollow();
    for (const alarm of this.#alarms.values()) alarm.abort();
  }

  #notice({ type, resource, object, before }: Change): void {
    if (resource === DEPLOYMENTS && fieldAt(before, GENERATION) !== fieldAt(object, GENERATION))
      this.#wake(refOf(object), REACTION_MS);
    if (type !== "DELETED") return;
    if (resource === DEPLOYMENTS) this.#wake(refOf(object), REACTION_MS);
    if (resource === PODS)
      for (const owner of listAt(object, "metadata.ownerReferences"))
        this.#wake({ ...refOf(object), name: textAt(owner, "name") }, REACTION_MS);
  }

  /** Looks at the Deployment after that time, and no more when it last meant to. */
  #wake(deployment: DeploymentRef, ms: number): void {
    const key = keyOf(deployment);
    this.#alarms.get(key)?.abort();
    const alarm = new AbortController();
    this.#alarms.set(key, alarm);
    this.#clock.sleep(ms, alarm.signal).then(
      () => this.#sync(deployment, this.#startupDelayMs),
      () => undefined,
    );
  }

  /** From what is wanted and what is there, whatever happened in between. */
  #sync(ref: DeploymentRef, startupDelayMs: number): void {
    const deployment = this.#world.find(DEPLOYMENTS, ref.namespace, ref.name);
    this.#crew.resize(ref, deployment, numberAt(deployment, "spec.replicas"));
    const nextMs = this.#crew.startDue(ref, startupDelayMs);
    const count = this.#crew.count(ref);
    if (deployment) {
      const now = rfc3339(this.#clock.wallMs());
      const next = { ...deployment, status: renderDeploymentStatus(deployment, count, now) };
      this.#world.replace(DEPLOYMENTS, { before: deployment, next });
    }
    if (nextMs !== undefined) this.#wake(ref, nextMs);
    if ((this.#available.get(keyOf(ref)) ?? 0) === count.ready) return;
    this.#available.set(keyOf(ref), count.ready);
    this.#onAvailable(ref, count.ready);
  }
}

function refOf({ metadata }: KubeObject): DeploymentRef {
  return { namespace: metadata.namespace ?? "", name: metadata.name };
}

function keyOf({ namespace, name }: DeploymentRef): string {
  return `${namespace}/${name}`;
}

const GENERATION = "metadata.generation";

/** From a change to the controller's look at it. */
const REACTION_MS = 2;
