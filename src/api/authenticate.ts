import { GreenlightError } from "../domain/errors.ts";
import { type Caller, type Role, type TokenLine, whoHas } from "../runtime/token.ts";
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
  if (!MAY[caller.role].includes(role)) {
    const { owner, role: own } = caller;
    throw new GreenlightError("GL_ROLE", `this takes an ${role}, ${owner} is ${NOUN[own]}`);
  }
  return caller;
}

/** What each role may do, itself among it. */
const MAY: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ["viewer"],
  operator: ["viewer", "operator"],
  approver: ["viewer", "approver"],
  admin: ["viewer", "operator", "approver", "admin"],
};

const NOUN: Readonly<Record<Role, string>> = {
  viewer: "a viewer",
  operator: "an operator",
  approver: "an approver",
  admin: "an admin",
};

/** Of the form that `greenlight token create` gives them; anything else isn't even hashed. */
const BEARER = /^Bearer (gl_[A-Za-z0-9_-]{43})$/;
