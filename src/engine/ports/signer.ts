/** Signs for this Greenlight, with a key that never leaves the adapter. */
export interface Signer {
  /** The first 16 digits of the SHA-256 of the SubjectPublicKeyInfo. */
  readonly key: string;
  /** The SubjectPublicKeyInfo, in base64: one line, for whoever checks. */
  readonly publicKey: string;
  /** Ed25519 over the UTF-8 bytes, in base64. */
  sign(text: string): string;
}
