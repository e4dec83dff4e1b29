import { fieldAt, type KubeObject, recordAt, scalarText } from "./kube-object.ts";
import { badRequest } from "./status.ts";

export type Selector = (object: KubeObject) => boolean;

/** `metadata.name=shop,status.phase!=Failed`: any field by its path. */
export function fieldSelector(text: string): Selector {
  const terms = text.split(",").filter(Boolean).map(parseTerm);
  return (object) =>
    terms.every(({ key, equal, value }) => {
      if (value === undefined) throw badRequest(`invalid selector: "${text}"`);
      return (scalarText(fieldAt(object, key)) === value) === equal;
    });
}

/** `app=shop,tier!=web,owner,!canary`. Sets (`in`, `notin`) are not known here. */
export function labelSelector(text: string): Selector {
  if (text.includes("(")) throw badRequest(`unable to parse requirement: ${text}: sets unknown`);
  const terms = text.split(",").filter(Boolean).map(parseTerm);
  return (object) => {
    const labels = recordAt(object, "metadata.labels");
    return terms.every(({ key, equal, value }) => {
      if (value === undefined) return Object.hasOwn(labels, key) === equal;
      return (labels[key] === value) === equal;
    });
  };
}

interface Term {
  readonly key: string;
  readonly equal: boolean;
  /** Absent: is it there at all? */
  readonly value: string | undefined;
}

function parseTerm(text: string): Term {
  const [, key = "", operator = "", value = ""] =
    /^\s*([^=!\s]+)\s*(==|=|!=)(.*)$/.exec(text) ?? [];
  if (operator !== "") return { key, equal: operator !== "!=", value: value.trim() };
  const bare = text.trim();
  return { key: bare.replace(/^!/, ""), equal: !bare.startsWith("!"), value: undefined };
}
