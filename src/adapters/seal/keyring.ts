import { createHmac, timingSafeEqual } from "node:crypto";
import { GreenlightError } from "../../domain/errors.ts";

/** The first seals; each opens, so that a key can be changed while messages are under way. */
export type Keys = readonly [string, ...string[]];

/** HMAC-SHA-256, with keys that only our own processes have. */
export interface Keyring {
  /** 64 hex digits. */
  macOf(text: string): string;
  /** Was `mac`, 64 hex digits, made of this text with one of the keys? */
  fits(text: string, mac: string): boolean;
}

/**
 * `purpose` parts these macs from those of other parts: the same key may have other purposes.
 * Throws GL_CONFIG, with `owner` in it, where a key is too short to be a secret.
 */
export function createKeyring(
  keys: Keys,
  { owner, purpose }: { readonly owner: string; readonly purpose: string },
): Keyring {
  if (keys.some((key) => Buffer.byteLength(key) < MIN_KEY_BYTES))
    throw new GreenlightError("GL_CONFIG", `${owner}'s key has less than ${MIN_KEY_BYTES} bytes`);
  const made = (text: string, key: string) =>
    createHmac("sha256", key).update(purpose).update(text).digest();
  return {
    macOf: (text) => made(text, keys[0]).toString("hex"),
    fits: (text, mac) => {
      const told = Buffer.from(mac, "hex");
      // Each is compared: how long it takes does not tell which it was.
      return keys.map((key) => timingSafeEqual(told, made(text, key))).includes(true);
    },
  };
}

const MIN_KEY_BYTES = 16;
