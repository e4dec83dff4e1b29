import { isIP } from "node:net";
import { z } from "zod";

/** Where a name server listens. An address, not a name: who would answer for the name? */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** As people wrote it. */
  readonly text: string;
}

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`, parsed. */
export const endpoint = z.string().transform((text, context): Endpoint => {
  const [, bracketed, bare, digits] = /^(?:\[(.+)\]|([^[\]]+?))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = isIP(text) ? text : (bracketed ?? bare ?? "");
  const port = isIP(text) || digits === undefined ? DNS_PORT : Number(digits);
  if (isIP(host) && port > 0 && port < 65_536) return { host, port, text };
  context.addIssue("a name server is an IP address and a port, as in 192.0.2.1:53");
  return z.NEVER;
});

const DNS_PORT = 53;
