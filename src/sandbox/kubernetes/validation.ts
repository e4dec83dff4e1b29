import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../domain/json.ts";
import { type Draft, fieldAt, isRecord, listAt, recordAt, textAt } from "./kube-object.ts";
import type { Resource } from "./resource.ts";
import { badRequest, type Cause, invalid } from "./status.ts";

/**
 * Throws BadRequest for what has the wrong type, and Invalid, with every cause, for what has a
 * wrong value. `before` is what it replaces. Looks at what drivers and people get wrong, no more.
 */
export function validate(resource: Resource, draft: Draft, before: Draft | undefined): void {
  for (const [path, type] of TYPES[resource.kind] ?? []) checkType(draft, path, type);
  const texts = resource.kind === "Service" ? ["spec.selector"] : [];
  for (const path of ["metadata.labels", "metadata.annotations", ...texts]) {
    checkType(draft, path, "object");
    for (const value of Object.values(recordAt(draft, path)))
      if (typeof value !== "string") throw mistyped(path, value, "string");
  }
  const causes = [...whyMisnamed(draft), ...whyWrong(resource, draft, before)];
  if (causes.length > 0) throw invalid(resource, textAt(draft, "metadata.name"), causes);
}

function* whyMisnamed(draft: Draft): Generator<Cause> {
  const name = textAt(draft, "metadata.name");
  if (name === "") yield required("metadata.name", "name or generateName is required");
  else if (name.length > 253 || !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name))
    yield wrong(
      "metadata.name",
      name,
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'",
    );
}

function* whyWrong({ kind }: Resource, draft: Draft, before: Draft | undefined): Generator<Cause> {
  if (kind === "Lease") {
    const seconds = fieldAt(draft, "spec.leaseDurationSeconds");
    if (typeof seconds === "number" && seconds <= 0)
      yield wrong("spec.leaseDurationSeconds", seconds, "must be greater than 0");
    yield* whyNegative(draft, "spec.leaseTransitions");
  }
  if (kind === "HorizontalPodAutoscaler") yield* whyUnscalable(draft);
  if (kind === "Ingress") yield* whyMispointed(draft);
  if (kind === "Deployment" || kind === "Scale") yield* whyNegative(draft, "spec.replicas");
  if (kind === "Deployment") {
    const selector = fieldAt(draft, "spec.selector");
    const labels = recordAt(draft, "spec.template.metadata.labels");
    const wanted = recordAt(selector, "matchLabels");
    if (!isRecord(selector)) yield required("spec.selector", "");
    else if (before && !isDeepStrictEqual(selector, fieldAt(before, "spec.selector")))
      yield wrong("spec.selector", selector, "field is immutable");
    if (Object.entries(wanted).some(([key, value]) => labels[key] !== value))
      yield wrong(
        "spec.template.metadata.labels",
        labels,
        "`selector` does not match template `labels`",
      );
  }
}

function* whyUnscalable(draft: Draft): Generator<Cause> {
  const [lowest, highest] = ["spec.minReplicas", "spec.maxReplicas"] as const;
  const min = fieldAt(draft, lowest);
  const max = fieldAt(draft, highest);
  if (!isRecord(fieldAt(draft, "spec.scaleTargetRef"))) yield required("spec.scaleTargetRef", "");
  if (typeof min === "number" && min < 1)
    yield wrong(lowest, min, "must be greater than or equal to 1");
  if (typeof max !== "number" || max < 1) yield wrong(highest, max ?? 0, "must be greater than 0");
  else if (typeof min === "number" && max < min)
    yield wrong(highest, max, "must be greater than or equal to `minReplicas`");
}

function* whyMispointed(draft: Draft): Generator<Cause> {
  const rules = listAt(draft, "spec.rules");
  if (rules.length === 0 && fieldAt(draft, "spec.defaultBackend") === undefined)
    yield wrong("spec", "", "either `defaultBackend` or `rules` must be specified");
  for (const [index, rule] of rules.entries()) {
    const at = `spec.rules[${index}].http.paths`;
    const paths = listAt(rule, "http.paths");
    if (fieldAt(rule, "http") !== undefined && paths.length === 0) yield required(at, "");
    for (const [number, path] of paths.entries())
      if (textAt(path, "pathType") === "") yield required(`${at}[${number}].pathType`, "");
  }
}

function* whyNegative(draft: Draft, field: string): Generator<Cause> {
  const value = fieldAt(draft, field);
  if (typeof value === "number" && value < 0)
    yield wrong(field, value, "must be greater than or equal to 0");
}

function wrong(field: string, value: Json, why: string): Cause {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
  return { reason: "FieldValueInvalid", field, message };
}

function required(field: string, why: string): Cause {
  const message = why === "" ? "Required value" : `Required value: ${why}`;
  return { reason: "FieldValueRequired", field, message };
}

type FieldType = "integer" | "object" | "string";

function checkType(draft: Draft, path: string, type: FieldType): void {
  const value = fieldAt(draft, path);
  if (value === undefined || value === null) return;
  const fits = {
    integer: Number.isSafeInteger(value),
    object: isRecord(value),
    string: typeof value === "string",
  };
  if (!fits[type]) throw mistyped(path, value, type);
}

function mistyped(path: string, value: Json, type: FieldType) {
  const got = Array.isArray(value) ? "array" : typeof value;
  return badRequest(`json: cannot unmarshal ${got} into Go struct field .${path} of type ${type}`);
}

const TYPES: Readonly<Record<string, readonly (readonly [string, FieldType])[]>> = {
  Deployment: [
    ["spec", "object"],
    ["spec.replicas", "integer"],
    ["spec.selector", "object"],
    ["spec.template", "object"],
  ],
  Lease: [
    ["spec", "object"],
    ["spec.holderIdentity", "string"],
    ["spec.leaseDurationSeconds", "integer"],
    ["spec.leaseTransitions", "integer"],
    ["spec.acquireTime", "string"],
    ["spec.renewTime", "string"],
  ],
  Service: [
    ["spec", "object"],
    ["spec.selector", "object"],
  ],
  Ingress: [["spec", "object"]],
  HorizontalPodAutoscaler: [
    ["spec", "object"],
    ["spec.minReplicas", "integer"],
    ["spec.maxReplicas", "integer"],
  ],
  Scale: [
    ["spec", "object"],
    ["spec.replicas", "integer"],
  ],
};
