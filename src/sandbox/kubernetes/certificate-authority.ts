import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { dateOf } from "../../adapters/clock/rfc3339.ts";
import type { Clock } from "../../engine/ports/clock.ts";

/** Whom a sandbox's clients trust. */
export interface CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  /** A new key and a certificate for a server at these IP addresses, both PEM. */
  issue(name: string, addresses: readonly string[]): Promise<ServerIdentity>;
}

export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
}

/** A new one, valid from an hour ago, for a year. */
export async function createCertificateAuthority(clock: Clock): Promise<CertificateAuthority> {
  cryptoProvider.set(webcrypto as never);
  const nowMs = clock.wallMs();
  const validity = {
    notBefore: dateOf(nowMs - HOUR_MS),
    notAfter: dateOf(nowMs + 365 * 24 * HOUR_MS),
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
  };
  const keys = await generateKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: "CN=greenlight-sandbox-ca",
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: authority.toString("pem"),
    issue: async (name, addresses) => {
      const own = await generateKeys();
      const cert = await X509CertificateGenerator.create({
        ...validity,
        subject: `CN=${name}`,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension(
            addresses.map((value) => ({ type: "ip" as const, value })),
          ),
          await AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      const key = await webcrypto.subtle.exportKey("pkcs8", own.privateKey);
      return { key: PemConverter.encode(key, "PRIVATE KEY"), cert: cert.toString("pem") };
    },
  };
}

async function generateKeys() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

const HOUR_MS = 3_600_000;
