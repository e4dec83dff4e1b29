import { expect, test } from "@jest/globals";
import {
  createPrivatePem,
  createSigner,
  createVerifier,
} from "../../../src/adapters/signing/ed25519.ts";
import { codeOf } from "../../../src/domain/errors.ts";

const pem = createPrivatePem();
const signer = createSigner(pem);

test("what was signed is checked with the public key alone", () => {
  const { key, verify } = createVerifier(signer.publicKey);
  expect(key).toBe(signer.key);
  const signature = signer.sign("ü");
  expect(verify("ü", signature)).toBe(true);
  expect(verify("u", signature)).toBe(false);
  for (const wrong of ["", "AAAA", "not base64!"]) expect(verify("ü", wrong)).toBe(false);
  expect(createSigner(pem).publicKey).toBe(signer.publicKey);
  expect(createSigner(createPrivatePem()).key).not.toBe(signer.key);
});

test.each(["", "AAAA", "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----"])(
  "a public key that is none is refused: %p",
  (text) => {
    expect(codeOf(caught(() => createVerifier(text)))).toBe("GL_USAGE");
  },
);

test("a private key that is none is refused, and not told", () => {
  const error = caught(() =>
    createSigner("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----"),
  );
  expect(codeOf(error)).toBe("GL_CONFIG");
  expect(String(error)).not.toContain("secret");
});

function caught(task: () => unknown): unknown {
  try {
    task();
  } catch (error) {
    return error;
  }
  return undefined;
}
