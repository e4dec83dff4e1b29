import { isDeepStrictEqual } from "node:util";
import { rfc3339 } from "../../adapters/clock/rfc3339.ts";
import type { Chance } from "../../engine/ports/chance.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { type Draft, type KubeObject, numberAt, recordAt, textAt } from "./kube-object.ts";
import { apiVersionOf, groupResourceOf, type Resource } from "./resource.ts";
import { alreadyExists } from "./status.ts";
import { uidOf } from "./uid.ts";

/** One write, as a watch tells it. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: Resource;
  readonly object: KubeObject;
  readonly before: KubeObject | undefined;
  readonly version: number;
}

/**
 * The objects of one cluster. Each write that changes something raises the one counter that all
 * resourceVersions come from. All is synchronous: what was looked up is what is replaced.
 */
export class World {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(change: Change) => void>();
  #changes: Change[] = [];
  #forgotten = 0;
  #version = 0;

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  /** The resourceVersion of the latest write. */
  get version(): number {
    return this.#version;
  }

  find(resource: Resource, namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(keyOf(resource, namespace, name));
  }

  /** By namespace and name. Without a namespace, those of all. */
  list(resource: Resource, namespace = ""): readonly KubeObject[] {
    const all = `${groupResourceOf(resource)}/`;
    const prefix = namespace === "" ? all : `${all}${namespace}/`;
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix));
    return keys.sort().flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** Throws AlreadyExists. With `dryRun` it answers what it would store. */
  create(
    resource: Resource,
    draft: Draft,
    options: { readonly dryRun?: boolean } = {},
  ): KubeObject {
    const { name, namespace } = refOf(draft);
    if (this.find(resource, namespace, name)) throw alreadyExists(resource, name);
    const object: KubeObject = {
      ...draft,
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {
        ...recordAt(draft, "metadata"),
        name,
        uid: uidOf(this.#chance.id()),
        resourceVersion: String(this.#version + 1),
        ...(draft["spec"] !== undefined && resource.status && { generation: 1 }),
        creationTimestamp: rfc3339(this.#clock.wallMs()),
      },
    };
    if (!options.dryRun) this.#commit({ type: "ADDED", resource, object, before: undefined });
    return object;
  }

  /**
   * Puts `next` in the place of `before`, which must be what is stored; who it is, when it was made
   * and its generation are kept. A changed spec raises the generation; a write that changes nothing
   * is none.
   */
  replace(
    resource: Resource,
    { before, next }: { readonly before: KubeObject; readonly next: Draft },
    options: { readonly dryRun?: boolean } = {},
  ): KubeObject {
    const { name, uid, resourceVersion, creationTimestamp, namespace, generation } =
      before.metadata;
    const kept = {
      ...recordAt(next, "metadata"),
      name,
      uid,
      resourceVersion,
      creationTimestamp,
      ...(namespace !== undefined && { namespace }),
      ...(generation !== undefined && { generation }),
    };
    const { apiVersion, kind } = before;
    const same: KubeObject = { ...next, apiVersion, kind, metadata: kept };
    if (isDeepStrictEqual(same, before)) return before;
    const changed = !isDeepStrictEqual(next["spec"], before["spec"]);
    const metadata = {
      ...kept,
      resourceVersion: String(this.#version + 1),
      ...(generation !== undefined &&
        changed && { generation: numberAt(before, "metadata.generation") + 1 }),
    };
    const object: KubeObject = { ...same, metadata };
    if (!options.dryRun) this.#commit({ type: "MODIFIED", resource, object, before });
    return object;
  }

  /** Takes it away; answers its last state. */
  remove(resource: Resource, before: KubeObject): KubeObject {
    const metadata = { ...before.metadata, resourceVersion: String(this.#version + 1) };
    const object: KubeObject = { ...before, metadata };
    this.#commit({ type: "DELETED", resource, object, before });
    return object;
  }

  /** The changes after that version, oldest first; undefined when they are no longer known. */
  since(version: number): readonly Change[] | undefined {
    if (version < this.#forgotten) return undefined;
    return this.#changes.filter((change) => change.version > version);
  }

  /** Calls on each change from now on, in the write itself, until the answer is called. */
  follow(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #commit(write: Omit<Change, "version">): void {
    this.#version += 1;
    const change = { ...write, version: this.#version };
    const { name, namespace } = refOf(change.object);
    const key = keyOf(change.resource, namespace, name);
    if (change.type === "DELETED") this.#objects.delete(key);
    else this.#objects.set(key, change.object);
    this.#changes.push(change);
    if (this.#changes.length > 2 * KEPT_CHANGES) {
      this.#changes = this.#changes.slice(-KEPT_CHANGES);
      this.#forgotten = (this.#changes[0]?.version ?? 1) - 1;
    }
    for (const listener of this.#listeners) listener(change);
  }
}

function refOf(object: Draft): { readonly namespace: string; readonly name: string } {
  return {
    namespace: textAt(object, "metadata.namespace"),
    name: textAt(object, "metadata.name"),
  };
}

function keyOf(resource: Resource, namespace: string, name: string): string {
  return `${groupResourceOf(resource)}/${namespace}/${name}`;
}

/** How far back a watch can start, at least. */
const KEPT_CHANGES = 1000;
