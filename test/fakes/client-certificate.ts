import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { cryptoProvider, PemConverter, X509CertificateGenerator } from "@peculiar/x509";
import { dateOf } from "../../src/adapters/clock/rfc3339.ts";

/** Of a client, signed by itself, good for a day until then. Both PEM. */
export async function createClientCertificate(name: string, endsAt: number) {
  cryptoProvider.set(webcrypto as never);
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const cert = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    notBefore: dateOf(endsAt - 86_400_000),
    notAfter: dateOf(endsAt),
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: cert.toString("pem"), key: PemConverter.encode(key, "PRIVATE KEY") };
}
