import { randomBytes } from "node:crypto";

/** 256 bits of the machine's own chance, in base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}
