import { type ErrorCode, GreenlightError } from "../../domain/errors.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Decoded } from "./message.ts";
import { readTsig, TSIG_ERROR, type Tsig, type TsigKey, whyNotGenuine } from "./tsig.ts";

/** How we signed the update that is answered. */
export interface Signed {
  readonly key: TsigKey;
  readonly mac: Buffer;
  readonly timeSeconds: number;
}

/** What a name server says when it does not do what it was asked. */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
} as const;

/** Throws unless the server knows the zone, and says so itself; that there is nothing is fine. */
export function assertAnswered(answer: Decoded, server: Endpoint): void {
  if (answer.rcode !== RCODE.NOERROR && answer.rcode !== RCODE.NXDOMAIN)
    throw failure(answer.rcode, server);
  if (!answer.authoritative)
    throw new GreenlightError("GL_NOT_FOUND", `${server.text} is no authority for that name`);
}

/**
 * Throws unless the update was done, and the server proves that it says so. GL_CONFLICT: a
 * prerequisite did not hold. GL_UNREACHABLE: whether it was done is not known. Others: it was not.
 */
export function assertUpdated(
  { bytes, answer }: { readonly bytes: Buffer; readonly answer: Decoded },
  { server, signed }: { readonly server: Endpoint; readonly signed: Signed },
): void {
  const tsig = readTsig(bytes, answer);
  const unsigned = tsig === undefined || tsig.mac.length === 0;
  if (unsigned && answer.rcode === RCODE.NOERROR) throw untrusted(server, "without a signature");
  if (tsig?.error === TSIG_ERROR.badKey) throw forbidden(server, `${signed.key.name} (BADKEY)`);
  if (tsig?.error === TSIG_ERROR.badSignature)
    throw forbidden(server, `${signed.key.name} (BADSIG)`);
  if (unsigned) throw failure(answer.rcode, server);
  const requestMac = signed.mac;
  if (whyNotGenuine(tsig, signed.key, { timeSeconds: signed.timeSeconds, requestMac }))
    throw untrusted(server, "with a signature that is not its own");
  if (tsig.error === TSIG_ERROR.badTime) throw forbidden(server, whyBadTime(tsig));
  if (answer.rcode === RCODE.NOTAUTH)
    throw new GreenlightError("GL_NOT_FOUND", `${server.text} is no authority for that zone`);
  if (answer.rcode !== RCODE.NOERROR) throw failure(answer.rcode, server);
}

/** An rcode without a line here is a wrong request. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  [RCODE.SERVFAIL]: "GL_UNREACHABLE",
  [RCODE.REFUSED]: "GL_FORBIDDEN",
  [RCODE.NOTAUTH]: "GL_FORBIDDEN",
  [RCODE.NXDOMAIN]: "GL_CONFLICT",
  [RCODE.YXDOMAIN]: "GL_CONFLICT",
  [RCODE.YXRRSET]: "GL_CONFLICT",
  [RCODE.NXRRSET]: "GL_CONFLICT",
};

function failure(rcode: number, server: Endpoint): GreenlightError {
  const name = Object.entries(RCODE).find(([, value]) => value === rcode)?.[0] ?? `rcode ${rcode}`;
  return new GreenlightError(CODES[rcode] ?? "GL_REJECTED", `${server.text} answered ${name}`);
}

function forbidden(server: Endpoint, what: string): GreenlightError {
  return new GreenlightError("GL_FORBIDDEN", `${server.text} does not accept the key ${what}`);
}

function untrusted(server: Endpoint, how: string): GreenlightError {
  return new GreenlightError("GL_UNREACHABLE", `${server.text} answered ${how}`);
}

function whyBadTime({ keyName, other, timeSeconds }: Tsig): string {
  if (other.length !== 6) return `${keyName} (BADTIME)`;
  const ahead = other.readUIntBE(0, 6) - timeSeconds;
  const side = ahead < 0 ? "behind" : "ahead of";
  return `${keyName} (BADTIME): its clock is ${Math.abs(ahead)} s ${side} ours`;
}
