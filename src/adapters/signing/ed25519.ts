import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { GreenlightError } from "../../domain/errors.ts";
import type { Signer } from "../../engine/ports/signer.ts";

/** A new private key, as PKCS#8 in PEM. */
export function createPrivatePem(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Of a PKCS#8 PEM. Throws GL_CONFIG where it is no Ed25519 key. */
export function createSigner(pem: string): Signer {
  const privateKey = read(() => createPrivateKey(pem), "the signing key");
  const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return {
    key: idOf(spki),
    publicKey: spki.toString("base64"),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64"),
  };
}

/** Checks with a public key alone: base64 of its SubjectPublicKeyInfo, or a PEM. Throws GL_USAGE. */
export function createVerifier(publicKey: string): {
  readonly key: string;
  readonly verify: (text: string, signature: string) => boolean;
} {
  const key = readPublic(publicKey.trim());
  const spki = key.export({ type: "spki", format: "der" });
  return {
    key: idOf(spki),
    verify: (text, signature) =>
      verify(null, Buffer.from(text), key, Buffer.from(signature, "base64")),
  };
}

function readPublic(text: string): KeyObject {
  try {
    const key = text.startsWith("-----BEGIN")
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, "base64"), type: "spki", format: "der" });
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (error) {
    throw new GreenlightError("GL_USAGE", "the public key can't be read", error);
  }
  throw new GreenlightError("GL_USAGE", "the public key is no Ed25519 key");
}

function read(task: () => KeyObject, what: string): KeyObject {
  let key: KeyObject;
  try {
    key = task();
  } catch {
    // The cause could hold parts of the key.
    throw new GreenlightError("GL_CONFIG", `${what} is no private key in PEM`);
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new GreenlightError("GL_CONFIG", `${what} is no Ed25519 key`);
}

function idOf(spki: Buffer): string {
  return createHash("sha256").update(spki).digest("hex").slice(0, 16);
}
