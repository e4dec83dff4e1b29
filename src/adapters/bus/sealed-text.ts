import { z } from "zod";
import { createKeyring, type Keys } from "../seal/keyring.ts";
import { MAX_TEXT_BYTES } from "./carrier.ts";

/** Proof that a text was written by somebody who has the key. It hides nothing. */
export interface TextSeal {
  /** JSON. Undefined: it is too large to be sent. */
  seal(text: string): string | undefined;
  /** Nothing of a text is read before its seal fits. */
  open(sealed: string): { readonly text: string } | { readonly whyForged: string };
}

/** Throws GL_CONFIG where a key is too short to be a secret. */
export function createTextSeal(keys: Keys): TextSeal {
  const keyring = createKeyring(keys, { owner: "the bus", purpose: PURPOSE });
  return {
    seal: (text) => {
      const sealed = JSON.stringify({ mac: keyring.macOf(text), text });
      return Buffer.byteLength(sealed) > MAX_TEXT_BYTES ? undefined : sealed;
    },
    open: (sealed) => {
      const read = readSealed(sealed);
      if (!read) return { whyForged: "it is not sealed" };
      const fits = keyring.fits(read.text, read.mac);
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

const PURPOSE = "greenlight.signal.1\n";
