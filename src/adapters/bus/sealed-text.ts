import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import { MAX_TEXT_BYTES } from "./carrier.ts";

/** Proof that a text was written by somebody who has the key. It hides nothing. */
export interface TextSeal {
  /** JSON. Undefined: it is too large to be sent. */
  seal(text: string): string | undefined;
  /** Nothing of a text is read before its seal fits. */
  open(sealed: string): { readonly text: string } | { readonly whyForged: string };
}

/** Throws GL_CONFIG where the key is too short to be a secret. */
export function createTextSeal(key: string): TextSeal {
  if (Buffer.byteLength(key) < MIN_KEY_BYTES)
    throw new GreenlightError("GL_CONFIG", `the bus's key has less than ${MIN_KEY_BYTES} bytes`);
  const macOf = (text: string) => createHmac("sha256", key).update(PURPOSE).update(text).digest();
  return {
    seal: (text) => {
      const sealed = JSON.stringify({ mac: macOf(text).toString("hex"), text });
      return Buffer.byteLength(sealed) > MAX_TEXT_BYTES ? undefined : sealed;
    },
    open: (sealed) => {
      const read = readSealed(sealed);
      if (!read) return { whyForged: "it is not sealed" };
      const fits = timingSafeEqual(Buffer.from(read.mac, "hex"), macOf(read.text));
      return fits ? { text: read.text } : { whyForged: "its seal does not fit" };
    },
  };
}

function readSealed(sealed: string): z.output<typeof sealedText> | undefined {
  if (Buffer.byteLength(sealed) > MAX_TEXT_BYTES) return undefined;
  try {
    return sealedText.safeParse(JSON.parse(sealed)).data;
  } catch {
    return undefined;
  }
}

const sealedText = z.strictObject({ mac: z.string().regex(/^[0-9a-f]{64}$/), text: z.string() });

const MIN_KEY_BYTES = 16;
/** The same key may have other purposes. */
const PURPOSE = "greenlight.signal.1\n";
