import { GreenlightError } from "../domain/errors.ts";
import { type Caller, type TokenLine, whoHas } from "../runtime/token.ts";
import type { Route } from "./route.ts";

/**
 * Who calls, once the route's role allows it. Rejects with GL_NO_TOKEN, the same words whatever is
 * wrong with the token, or GL_ROLE.
 */
export function authenticate(
  { role }: Pick<Route, "role">,
  authorization: string | undefined,
  tokens: readonly TokenLine[],
): Caller {
  if (role === "anyone") return { owner: "anyone", role: "viewer" };
  const presented = BEARER.exec(authorization ?? "")?.[1];
  const caller = presented === undefined ? undefined : whoHas(presented, tokens);
  if (!caller) throw new GreenlightError("GL_NO_TOKEN", "send Authorization: Bearer TOKEN");
  if (role === "operator" && caller.role !== "operator")
    throw new GreenlightError("GL_ROLE", `this takes an operator, ${caller.owner} is a viewer`);
  return caller;
}

/** Of the form that `greenlight token create` gives them; anything else isn't even hashed. */
const BEARER = /^Bearer (gl_[A-Za-z0-9_-]{43})$/;
