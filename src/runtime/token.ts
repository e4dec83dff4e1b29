import { timingSafeEqual } from "node:crypto";
import { randomSecret } from "../adapters/chance/random-secret.ts";
import { sha256 } from "../adapters/digest/sha256.ts";

/** viewer: looks. operator: also acts. approver: looks, and approves what others ask. admin: all. */
export type Role = "viewer" | "operator" | "approver" | "admin";

/** A line of `api.tokens`: who it belongs to and how to know it again, never the token. */
export interface TokenLine {
  readonly owner: string;
  readonly role: Role;
  /** `sha256:` and 64 hex digits. */
  readonly hash: string;
}

export interface Caller {
  readonly owner: string;
  readonly role: Role;
}

/** A new token, which is shown once, and its line for the config. */
export function createToken(
  owner: string,
  role: Role,
): { readonly token: string; readonly line: TokenLine } {
  const token = `gl_${randomSecret()}`;
  return { token, line: { owner, role, hash: hashOf(token) } };
}

/** Whose token it is. It takes the same time whichever line it is, and whether it is one. */
export function whoHas(token: string, lines: readonly TokenLine[]): Caller | undefined {
  const presented = Buffer.from(hashOf(token));
  let caller: Caller | undefined;
  for (const { owner, role, hash } of lines) {
    const known = Buffer.from(hash);
    if (known.length === presented.length && timingSafeEqual(known, presented))
      caller = { owner, role };
  }
  return caller;
}

/** A fast hash is enough: a token has 256 bits of chance, there is nothing to guess. */
function hashOf(token: string): string {
  return `sha256:${sha256(token)}`;
}
