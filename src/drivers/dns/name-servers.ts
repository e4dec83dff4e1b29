import type { DnsClient } from "../../adapters/dns-message/client.ts";
import type { Endpoint } from "../../adapters/dns-message/endpoint.ts";
import { TYPE } from "../../adapters/dns-message/message.ts";
import { decodeAuthority } from "../../adapters/dns-message/record-data.ts";
import { GreenlightError, reasonOf } from "../../domain/errors.ts";
import { addressOf } from "./held-record.ts";

/** What one of the zone's own servers says of the record. Declared with `type`: it is JSON. */
export type ServerSeen = {
  readonly server: string;
  readonly address: string;
  readonly serial: number;
  /** Why it gave no usable answer; null where it did. */
  readonly problem: string | null;
};

export async function readSerial(
  dns: DnsClient,
  { server, zone }: { readonly server: Endpoint; readonly zone: string },
  signal: AbortSignal,
): Promise<number> {
  const [authority] = await dns.ask(server, { name: zone, type: TYPE.soa }, signal);
  if (authority === undefined)
    throw new GreenlightError("GL_NOT_FOUND", `${server.text} has no zone ${zone}`);
  return decodeAuthority(authority.data).serial;
}

/** Of a server that need not be there: that it does not answer is an answer. */
export async function look(
  dns: DnsClient,
  place: { readonly server: Endpoint; readonly zone: string; readonly record: string },
  signal: AbortSignal,
): Promise<ServerSeen> {
  const { server, record } = place;
  try {
    const [addresses, serial] = await Promise.all([
      dns.ask(server, { name: record, type: TYPE.a }, signal),
      readSerial(dns, place, signal),
    ]);
    return { server: server.text, address: addressOf(addresses), serial, problem: null };
  } catch (error) {
    signal.throwIfAborted();
    return { server: server.text, address: "", serial: 0, problem: reasonOf(error) };
  }
}

export function whyNotAll(servers: readonly ServerSeen[], wanted: string): string | undefined {
  const wrong = servers.flatMap(({ server, address, problem }) => {
    if (problem !== null) return [`${server} gives no answer (${problem})`];
    return address === wanted ? [] : [`${server} answers ${address || "nothing"}, not ${wanted}`];
  });
  return wrong.length === 0 ? undefined : wrong.join("; ");
}

export function whyNotKept(seconds: number, wanted: number | undefined): string | undefined {
  if (wanted === undefined || seconds === wanted) return undefined;
  return `answers may be kept for ${seconds} s, not ${wanted} s`;
}
