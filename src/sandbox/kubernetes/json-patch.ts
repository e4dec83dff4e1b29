import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../domain/json.ts";
import { isList, isRecord, textAt } from "./kube-object.ts";
import { badRequest, unprocessable } from "./status.ts";

/**
 * RFC 6902, all operations or none. Throws BadRequest for what is no patch, and 422 for one that
 * can't be applied.
 */
export function applyJsonPatch(document: Json, patch: Json): Json {
  if (!isList(patch)) throw badRequest("error decoding patch: a JSON patch is a list");
  return patch.reduce<Json>((current, operation) => applyOne(current, operation), document);
}

function applyOne(document: Json, operation: Json): Json {
  const path = pathOf(operation, "path");
  switch (textAt(operation, "op")) {
    case "add":
      return add(document, path, operandOf(operation));
    case "replace":
      return add(remove(document, path), path, operandOf(operation));
    case "remove":
      return remove(document, path);
    case "copy":
      return add(document, path, get(document, pathOf(operation, "from")));
    case "move": {
      const from = pathOf(operation, "from");
      return add(remove(document, from), path, get(document, from));
    }
    case "test":
      // What is not there is null; what it would be in must be there.
      get(document, path.slice(0, -1));
      if (isDeepStrictEqual(find(document, path) ?? null, operandOf(operation))) return document;
      throw unprocessable();
    default:
      throw unprocessable();
  }
}

function pathOf(operation: Json, key: "path" | "from"): readonly string[] {
  const pointer = textAt(operation, key);
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw unprocessable();
  const keys = pointer.slice(1).split("/");
  return keys.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Without a value it is null, as the real server takes it. */
function operandOf(operation: Json): Json {
  return (isRecord(operation) ? operation["value"] : undefined) ?? null;
}

function find(document: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const key of path) {
    if (isList(value)) value = value[Number(key)];
    else value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

function get(document: Json, path: readonly string[]): Json {
  const value = find(document, path);
  if (value === undefined) throw unprocessable();
  return value;
}

function add(document: Json, path: readonly string[], value: Json): Json {
  return change(document, path, {
    record: (record, key) => ({ ...record, [key]: value }),
    list: (list, key) => list.toSpliced(positionOf(key, list.length), 0, value),
    whole: value,
  });
}

function remove(document: Json, path: readonly string[]): Json {
  return change(document, path, {
    record: (record, key) => {
      if (!Object.hasOwn(record, key)) throw unprocessable();
      const { [key]: _, ...others } = record;
      return others;
    },
    list: (list, key) => list.toSpliced(positionOf(key, list.length - 1), 1),
    whole: null,
  });
}

interface Edit {
  readonly record: (record: Readonly<Record<string, Json>>, key: string) => Json;
  readonly list: (list: readonly Json[], key: string) => Json;
  readonly whole: Json;
}

/** The document with the edit made where the path ends. */
function change(document: Json, path: readonly string[], edit: Edit, depth = 0): Json {
  const key = path[depth];
  if (key === undefined) return edit.whole;
  const last = depth === path.length - 1;
  if (isRecord(document)) {
    if (last) return edit.record(document, key);
    const child = Object.hasOwn(document, key) ? document[key] : undefined;
    if (child === undefined) throw unprocessable();
    return { ...document, [key]: change(child, path, edit, depth + 1) };
  }
  if (!isList(document)) throw unprocessable();
  if (last) return edit.list(document, key);
  const at = positionOf(key, document.length - 1);
  return document.with(at, change(document[at] ?? null, path, edit, depth + 1));
}

/** `-` is the place after the last one, where that is allowed. */
function positionOf(key: string, max: number): number {
  const at = key === "-" ? max : Number(/^\d+$/.test(key) ? key : Number.NaN);
  if (!(at >= 0 && at <= max)) throw unprocessable();
  return at;
}
