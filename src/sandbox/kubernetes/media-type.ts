import { notAcceptable } from "./status.ts";

/** What a GET answers with: the object or list itself, or a Table of it. */
export type Shape = "json" | "table";

/** The first of the Accept header's choices that this server has; none given: JSON. */
export function shapeOf(accept: string | undefined): Shape {
  const choices = (accept ?? "*/*").split(",").map((choice) => choice.trim());
  for (const choice of choices) {
    const [type = "", ...parameters] = choice.split(";").map((part) => part.trim());
    if (!["application/json", "application/*", "*/*"].includes(type)) continue;
    const as = parameters.find((parameter) => parameter.startsWith("as="));
    if (as === undefined) return "json";
    if (as === "as=Table" && parameters.includes("v=v1")) return "table";
  }
  throw notAcceptable();
}

/** Without its parameters. */
export function mediaTypeOf(header: string | undefined): string {
  return (header ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}
