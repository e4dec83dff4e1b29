import { codeOf } from "../../domain/errors.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { HeldLease, LeaseRecord, Leases } from "../../engine/ports/lease.ts";
import type { ApiClient } from "./api-client.ts";
import { leaseName, readLease, renderLease } from "./lease-object.ts";

/** The Leases in one namespace of a real cluster. */
export class KubernetesLeases implements Leases {
  readonly #client: ApiClient;
  readonly #path: string;

  constructor(client: ApiClient, { namespace }: { readonly namespace: string }) {
    this.#client = client;
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  }

  async read(application: string, signal: AbortSignal): Promise<HeldLease | undefined> {
    try {
      const path = this.#pathOf(application);
      return readLease(await this.#client.json({ method: "GET", path }, signal));
    } catch (error) {
      if (codeOf(error) === "GL_NOT_FOUND") return undefined;
      throw error;
    }
  }

  async swap(
    application: string,
    { seen, next }: { readonly seen: HeldLease | undefined; readonly next: LeaseRecord },
    signal: AbortSignal,
  ): Promise<HeldLease> {
    const written =
      seen === undefined
        ? await this.#create(application, next, signal)
        : await this.#replace(application, { seen, next }, signal);
    return readLease(written);
  }

  async #create(application: string, next: LeaseRecord, signal: AbortSignal): Promise<Json> {
    const { annotations, spec } = renderLease(next, 0);
    const body = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: leaseName(application), annotations: withoutNulls(annotations) },
      spec: withoutNulls(spec),
    };
    const query = { fieldManager: "greenlight" };
    return await this.#client.json({ method: "POST", path: this.#path, query, body }, signal);
  }

  /** A merge patch of exactly that version: what is foreign stays without being known. */
  async #replace(
    application: string,
    { seen, next }: { readonly seen: HeldLease; readonly next: LeaseRecord },
    signal: AbortSignal,
  ): Promise<Json> {
    const transitions = transitionsOf(seen) + (seen.record.holder === next.holder ? 0 : 1);
    const { annotations, spec } = renderLease(next, transitions);
    const body = { metadata: { resourceVersion: seen.version, annotations }, spec };
    const query = { fieldManager: "greenlight" };
    const path = this.#pathOf(application);
    return await this.#client.json({ method: "PATCH", path, query, body }, signal);
  }

  #pathOf(application: string): string {
    return `${this.#path}/${encodeURIComponent(leaseName(application))}`;
  }
}

function transitionsOf(seen: HeldLease): number {
  return "transitions" in seen && typeof seen.transitions === "number" ? seen.transitions : 0;
}

function withoutNulls(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
