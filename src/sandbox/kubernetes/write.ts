import type { Json, JsonObject } from "../../domain/json.ts";
import { type Draft, isRecord, type KubeObject, recordAt, textAt } from "./kube-object.ts";
import { apiVersionOf, NAMESPACES, type Resource } from "./resource.ts";
import { badRequest, conflict, invalid, notFound, StatusError } from "./status.ts";
import { validate } from "./validation.ts";
import type { World } from "./world.ts";

/** Which object a request is about. Empty namespace: one of the whole cluster. */
export interface Place {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
}

export interface WriteOptions {
  /** Checks everything, stores nothing. */
  readonly dryRun: boolean;
}

/** Throws NotFound. */
export function find(world: World, { resource, namespace, name }: Place): KubeObject {
  const object = world.find(resource, namespace, name);
  if (!object) throw notFound(resource, name);
  return object;
}

/** POST: stores what is new. */
export function create(
  world: World,
  { resource, namespace }: Omit<Place, "name">,
  options: WriteOptions & { readonly body: Json },
): KubeObject {
  const draft = draftOf(resource, namespace, options.body);
  if (textAt(draft, "metadata.resourceVersion") !== "")
    throw new StatusError(500, "", "resourceVersion should not be set on objects to be created");
  const { status: _, ...rest } = withDefaults(resource, draft);
  const wanted = resource.status ? rest : draft;
  validate(resource, wanted, undefined);
  if (namespace !== "" && !world.find(NAMESPACES, "", namespace))
    throw notFound(NAMESPACES, namespace);
  return world.create(resource, wanted, options);
}

/** PUT: replaces the whole object, if it still has the version in the body. */
export function update(
  world: World,
  place: Place,
  options: WriteOptions & { readonly body: Json },
): KubeObject {
  const { resource, namespace, name } = place;
  const draft = draftOf(resource, namespace, options.body);
  const named = textAt(draft, "metadata.name");
  if (named !== name)
    throw badRequest(
      `the name of the object (${named}) does not match the name on the URL (${name})`,
    );
  const before = world.find(resource, namespace, name);
  if (before) return replace(world, place, { ...options, next: withDefaults(resource, draft) });
  if (!resource.createOnUpdate) throw notFound(resource, name);
  const { resourceVersion: _, ...metadata } = recordAt(draft, "metadata");
  const uid = textAt(draft, "metadata.uid");
  if (uid !== "") throw conflict(resource, name, `${PRECONDITION} ${uid}, UID in object meta: `);
  return create(world, place, { ...options, body: { ...draft, metadata } });
}

/**
 * Puts `next` in the place of what is stored. Throws Conflict where `next` carries another version
 * or another uid than the stored one. The status stays as its controller left it.
 */
export function replace(
  world: World,
  place: Place,
  { next, dryRun }: WriteOptions & { readonly next: Draft },
): KubeObject {
  const { resource, name } = place;
  const before = find(world, place);
  const uid = textAt(next, "metadata.uid");
  if (uid !== "" && uid !== before.metadata.uid)
    throw conflict(
      resource,
      name,
      `${PRECONDITION} ${uid}, UID in object meta: ${before.metadata.uid}`,
    );
  const version = textAt(next, "metadata.resourceVersion");
  if (version === "" && !resource.unconditionalUpdate) throw versionRequired(resource, name);
  if (version !== "" && version !== before.metadata.resourceVersion)
    throw conflict(resource, name, MODIFIED);
  validate(resource, next, before);
  const { status: _, ...rest } = next;
  const status = before["status"];
  const kept = resource.status ? { ...rest, ...(status !== undefined && { status }) } : next;
  return world.replace(resource, { before, next: kept }, { dryRun });
}

/** DELETE, with the preconditions that its body may name. */
export function remove(
  world: World,
  place: Place,
  { body, dryRun }: WriteOptions & { readonly body: Json | undefined },
): KubeObject {
  const before = find(world, place);
  for (const key of ["uid", "resourceVersion"] as const) {
    const wanted = textAt(body, `preconditions.${key}`);
    const found = before.metadata[key];
    const label = key === "uid" ? "UID" : "ResourceVersion";
    if (wanted !== "" && wanted !== found)
      throw conflict(
        place.resource,
        place.name,
        `Precondition failed: ${label} in precondition: ${wanted}, ${label} in object meta: ${found}`,
      );
  }
  return dryRun ? before : world.remove(place.resource, before);
}

/** The body as an object of this kind in this namespace. Throws BadRequest where it is another's. */
function draftOf(resource: Resource, namespace: string, body: Json): JsonObject {
  if (!isRecord(body)) throw badRequest("the request body is no JSON object");
  const [kind, apiVersion] = [textAt(body, "kind"), textAt(body, "apiVersion")];
  if (
    (kind || resource.kind) !== resource.kind ||
    (apiVersion || apiVersionOf(resource)) !== apiVersionOf(resource)
  )
    throw badRequest(
      `the object provided is ${kind} of ${apiVersion}, not ${resource.kind} of ${apiVersionOf(resource)}`,
    );
  const metadata = recordAt(body, "metadata");
  const { namespace: asked = namespace, ...others } = metadata;
  if (asked !== namespace)
    throw badRequest(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  return { ...body, metadata: { ...others, ...(namespace !== "" && { namespace }) } };
}

/** What the server fills in, as far as someone here reads it. */
function withDefaults(resource: Resource, draft: JsonObject): JsonObject {
  const defaults = DEFAULTS[resource.kind];
  if (defaults === undefined || !isRecord(draft["spec"])) return draft;
  return { ...draft, spec: { ...defaults, ...draft["spec"] } };
}

function versionRequired(resource: Resource, name: string): StatusError {
  const message = "Invalid value: 0: must be specified for an update";
  return invalid(resource, name, [
    { reason: "FieldValueInvalid", field: "metadata.resourceVersion", message },
  ]);
}

/** By kind, of the spec. */
const DEFAULTS: Readonly<Record<string, JsonObject>> = {
  Deployment: {
    replicas: 1,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  },
  HorizontalPodAutoscaler: { minReplicas: 1 },
};

const MODIFIED =
  "the object has been modified; please apply your changes to the latest version and try again";

const PRECONDITION = "Precondition failed: UID in precondition:";
