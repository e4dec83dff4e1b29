import type { Json } from "../../domain/json.ts";
import type { Applied, Cluster, Collection, Patch, Ref } from "../../engine/ports/cluster.ts";
import type { ApiClient } from "./api-client.ts";
import { asApiFailure, asPatchFailure } from "./api-failure.ts";
import { readList } from "./object-list.ts";
import { collectionPath, objectPath } from "./object-path.ts";
import { watchObject } from "./watch.ts";

/** Whose fields they are, in every write. */
const FIELD_MANAGER = "greenlight";
const JSON_PATCH = "application/json-patch+json";
/** JSON is YAML. */
const APPLY = "application/apply-patch+yaml";

/** A real cluster, through its API server. */
export class KubernetesCluster implements Cluster {
  readonly #client: ApiClient;
  readonly #watchMs: number;

  constructor(client: ApiClient, { watchMs }: { readonly watchMs: number }) {
    this.#client = client;
    this.#watchMs = watchMs;
  }

  async read(ref: Ref, signal: AbortSignal): Promise<Json> {
    return await this.#client.json({ method: "GET", path: objectPath(ref) }, signal);
  }

  async list(collection: Collection, signal: AbortSignal): Promise<readonly Json[]> {
    const path = collectionPath(collection);
    return readList(await this.#client.json({ method: "GET", path }, signal)).items;
  }

  async patch({ ref, edits }: Patch, signal: AbortSignal): Promise<void> {
    const query = { fieldManager: FIELD_MANAGER };
    const body = edits.map((edit) => ({ ...edit }));
    const path = objectPath(ref);
    const request = { method: "PATCH", path, query, body, mediaType: JSON_PATCH } as const;
    const answer = await this.#client.text(request, signal);
    if (answer.status > 299) throw asPatchFailure(answer.status, answer.body);
  }

  async apply(applied: Applied, signal: AbortSignal): Promise<void> {
    const { ref, uid, resourceVersion, annotations, spec } = applied;
    const { apiVersion, kind, namespace, name } = ref;
    const metadata = { namespace, name, uid, resourceVersion, annotations };
    const body = { apiVersion, kind, metadata, spec };
    // The version says that nobody came between: whoever owns a field, it is taken knowingly.
    const query = { fieldManager: FIELD_MANAGER, force: "true" };
    const path = objectPath(ref);
    const request = { method: "PATCH", path, query, body, mediaType: APPLY } as const;
    await this.#client.json(request, signal);
  }

  watch(ref: Ref, signal: AbortSignal): AsyncIterable<Json> {
    return watchObject(this.#client, ref, { watchMs: this.#watchMs, signal });
  }

  async whyNotReady(signal: AbortSignal): Promise<string | undefined> {
    const { status, body } = await this.#client.text({ method: "GET", path: "/readyz" }, signal);
    if (status === 401 || status === 403) throw asApiFailure(status, body);
    return status === 200 ? undefined : `/readyz answered ${status}`;
  }
}
