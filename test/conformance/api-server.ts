import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import { scalarText } from "../../src/sandbox/kubernetes/kube-object.ts";
import { autoscalerOf } from "../fakes/autoscaler.ts";
import { INGRESS_SPEC, ingressOf } from "../fakes/ingress.ts";

export interface Subject {
  readonly name: string;
  /** An API server with the shop's Deployment, Service and Ingress in that namespace. */
  open(): Promise<Opened>;
}

export interface Opened {
  readonly namespace: string;
  /** One request; the body of the answer is a record, whatever it says. */
  ask(
    method: "GET" | "POST" | "PATCH",
    path: string,
    body?: Json,
    mediaType?: string,
  ): Promise<{ readonly status: number; readonly body: JsonObject }>;
  /** The events of a watch, until the server ends it. */
  events(path: string): Promise<readonly JsonObject[]>;
  /** Sees to it that the changes of Deployments before now can't be watched any more. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** A watch takes some seconds to its end. */
const PATIENCE_MS = 60_000;

const MERGE = "application/merge-patch+json";
const JSON_PATCH = "application/json-patch+json";
const APPLY = "application/apply-patch+yaml";

/** What an API server answers to each call that our adapters make, in its own words. */
export function describeApiServer(subject: Subject): void {
  describe(`${subject.name} answers`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await subject.open();
      expect((await opened.ask("POST", all("Lease"), lease())).status).toBe(201);
      expect((await opened.ask("POST", all("Scaler"), scaler())).status).toBe(201);
    });
    afterAll(() => opened.close());

    const all = (kind: keyof typeof PATHS) => {
      const [root, plural] = PATHS[kind];
      return `${root}/namespaces/${opened.namespace}/${plural}`;
    };
    const ingress = () => ingressOf("shop", opened.namespace);
    const lease = () => ({ ...LEASE, metadata: { name: "greenlight-shop" } });
    const scaler = () => {
      const { namespace } = opened;
      const bounds = { minReplicas: 1, maxReplicas: 4 };
      return { ...autoscalerOf("shop", bounds), metadata: { name: "shop", namespace } };
    };
    const one = (kind: keyof typeof PATHS, name = "shop") => `${all(kind)}/${name}`;
    const refusal = ({ status, body }: { status: number; body: JsonObject }) => [
      status,
      body["kind"],
      body["reason"],
      body["code"],
    ];
    const ask = async (...call: Parameters<Opened["ask"]>) => refusal(await opened.ask(...call));
    const metadataOf = async (path: string) =>
      (await opened.ask("GET", path)).body["metadata"] as JsonObject;

    test("404 to what is not there", async () => {
      const missing = [404, "Status", "NotFound", 404];
      for (const kind of ["Deployment", "Service", "Ingress", "Lease", "Scaler"] as const) {
        expect(await ask("GET", one(kind, "missing"))).toEqual(missing);
        expect(await ask("PATCH", one(kind, "missing"), {}, MERGE)).toEqual(missing);
      }
    });

    test("409 to a stale version, an other object, and one that is there", async () => {
      const conflict = [409, "Status", "Conflict", 409];
      const metadata = { resourceVersion: "1" };
      for (const kind of ["Deployment", "Service", "Ingress", "Scaler"] as const)
        expect(await ask("PATCH", one(kind), { metadata }, MERGE)).toEqual(conflict);
      const held = one("Lease", "greenlight-shop");
      expect(await ask("PATCH", held, { metadata }, MERGE)).toEqual(conflict);
      expect(await ask("POST", all("Lease"), lease())).toEqual([
        409,
        "Status",
        "AlreadyExists",
        409,
      ]);
    });

    test("409 to an apply of a stale version, of another object, and of one that is gone", async () => {
      const force = "?fieldManager=greenlight&force=true";
      const conflict = [409, "Status", "Conflict", 409];
      const apply = (name: string, metadata: JsonObject) => {
        const body = { ...ingress(), metadata: { name, ...metadata } };
        return ask("PATCH", `${one("Ingress", name)}${force}`, body, APPLY);
      };
      const { uid = "" } = await metadataOf(one("Ingress"));
      expect(await apply("shop", { uid, resourceVersion: "1" })).toEqual(conflict);
      expect(await apply("shop", { uid: "another", resourceVersion: "1" })).toEqual(conflict);
      expect(await apply("gone", { uid, resourceVersion: "1" })).toEqual(conflict);
      const nobodys = `${one("Ingress")}?force=true`;
      const refused = await ask("PATCH", nobodys, ingress(), APPLY);
      expect(refused).toEqual([422, "Status", "Invalid", 422]);
    });

    test("200 to an apply, with all else as it was", async () => {
      const path = `${one("Ingress")}?fieldManager=greenlight&force=true`;
      const { apiVersion = "", kind = "" } = ingress();
      const metadata = { name: "shop", annotations: { a: "1" } };
      const spec = { rules: INGRESS_SPEC.rules.slice(0, 1) };
      const body: JsonObject = { apiVersion, kind, metadata, spec };
      const answer = await opened.ask("PATCH", path, body, APPLY);
      expect(answer).toMatchObject({
        status: 200,
        body: {
          metadata: { generation: 2, annotations: { a: "1", "example.com/owner": "platform" } },
          spec: { ...INGRESS_SPEC, ...spec },
        },
      });
      expect(await opened.ask("PATCH", path, body, APPLY)).toMatchObject({
        status: 200,
        body: { metadata: { generation: 2 } },
      });
    });

    test("422 to a patch of a wrong type or value, 415 to a strange one", async () => {
      const patch = (kind: keyof typeof PATHS, spec: JsonObject) =>
        ask("PATCH", one(kind), { spec }, MERGE);
      const invalid = [422, "Status", "Invalid", 422];
      expect(await patch("Deployment", { replicas: "many" })).toEqual(invalid);
      expect(await patch("Service", { selector: { a: 1 } })).toEqual(invalid);
      const annotated = { metadata: { annotations: { a: 1 } } };
      expect(await ask("PATCH", one("Deployment"), annotated, MERGE)).toEqual(invalid);
      expect(await patch("Deployment", { replicas: -1 })).toEqual(invalid);
      expect(await patch("Scaler", { minReplicas: 5 })).toEqual(invalid);
      expect(await patch("Ingress", { rules: [{ host: "a", http: { paths: [] } }] })).toEqual(
        invalid,
      );
      const strange = await ask("PATCH", one("Deployment"), {}, "application/yaml");
      expect(strange).toEqual([415, "Status", "UnsupportedMediaType", 415]);
    });

    test("422 to a JSON patch, and only where the API refuses what it makes with its causes", async () => {
      const patch = async (...edits: readonly Json[]) => {
        const path = `${one("Deployment")}?fieldManager=greenlight`;
        const { status, body } = await opened.ask("PATCH", path, edits, JSON_PATCH);
        const { causes = [] } = (body["details"] ?? {}) as { readonly causes?: readonly Json[] };
        return [status, body["reason"], causes.length > 0];
      };
      const add = (path: string, value: Json) => ({ op: "add", path, value });
      const test = (path: string, value: Json) => ({ op: "test", path, value });
      expect(await patch(test("/spec/replicas", 77))).toEqual([422, "Invalid", false]);
      expect(await patch(test("/spec/none/x", null))).toEqual([422, "Invalid", false]);
      expect(await patch(add("/spec/none/x", 1))).toEqual([422, "Invalid", false]);
      expect(await patch(add("/spec/replicas", -1))).toEqual([422, "Invalid", true]);
      expect(await patch(add("/spec/replicas", "many"))).toEqual([422, "Invalid", true]);
      expect((await patch(test("/metadata/annotations/none", null)))[0]).toBe(200);
    });

    test("a list without the kind of its items, and with a version to go on from", async () => {
      const { status, body } = await opened.ask("GET", all("Deployment"));
      expect([status, body["kind"], body["apiVersion"]]).toEqual([
        200,
        "DeploymentList",
        "apps/v1",
      ]);
      const { items, metadata } = body as { items: readonly JsonObject[]; metadata: JsonObject };
      expect(metadata["resourceVersion"]).toMatch(/^\d+$/);
      expect(items.map((item) => [item["kind"], item["apiVersion"]])).toEqual([
        [undefined, undefined],
      ]);
    });

    test(
      "a watch with what changed since, then a bookmark, then its end in time",
      async () => {
        const { resourceVersion = "" } = (await opened.ask("GET", all("Lease"))).body[
          "metadata"
        ] as {
          readonly resourceVersion?: string;
        };
        const body = { metadata: { labels: { team: "shop" } } };
        await opened.ask("PATCH", one("Lease", "greenlight-shop"), body, MERGE);
        const field = "fieldSelector=metadata.name%3Dgreenlight-shop&timeoutSeconds=6";
        const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}&${field}`;
        const events = await opened.events(`${all("Lease")}?${query}`);
        // How many bookmarks there are is the server's affair.
        const told = events.map(({ type, object }) => `${scalarText(type)} ${kindOf(object)}`);
        expect([...new Set(told)]).toEqual([
          "MODIFIED Lease coordination.k8s.io/v1",
          "BOOKMARK Lease coordination.k8s.io/v1",
        ]);
      },
      PATIENCE_MS,
    );

    test(
      "a watch from what is forgotten with 410 in its stream",
      async () => {
        await opened.forget();
        const path = `${all("Deployment")}?watch=true&resourceVersion=1&timeoutSeconds=6`;
        expect(await opened.events(path)).toMatchObject([
          { type: "ERROR", object: { kind: "Status", reason: "Expired", code: 410 } },
        ]);
      },
      PATIENCE_MS,
    );
  });
}

function kindOf(object: Json | undefined): string {
  const { kind, apiVersion } = object as { readonly kind: string; readonly apiVersion: string };
  return `${kind} ${apiVersion}`;
}

const LEASE: JsonObject = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  spec: { holderIdentity: "one", leaseDurationSeconds: 15 },
};

const PATHS = {
  Deployment: ["/apis/apps/v1", "deployments"],
  Service: ["/api/v1", "services"],
  Ingress: ["/apis/networking.k8s.io/v1", "ingresses"],
  Lease: ["/apis/coordination.k8s.io/v1", "leases"],
  Scaler: ["/apis/autoscaling/v2", "horizontalpodautoscalers"],
} as const;
