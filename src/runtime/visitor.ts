import type { DnsClient } from "../adapters/dns-message/client.ts";
import { TYPE } from "../adapters/dns-message/message.ts";
import { decodeAddress } from "../adapters/dns-message/record-data.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { Visit } from "../domain/visit.ts";
import * as http from "../drivers/probe/http.ts";
import type { ProbeTools } from "../drivers/probe/probe.ts";
import type { Envoy } from "../engine/ports/envoy.ts";
import type { ApplicationConfig } from "./config.ts";

/** Asks the application's public name, from one vantage. */
export interface Visitor {
  readonly vantage: string;
  /** Resolves the name at its own servers, asks that address, and says who was asked. */
  visit(application: string, signal: AbortSignal): Promise<Visit>;
  /** Asks that address with the public name, whatever its servers say. */
  visitAt(address: string, signal: AbortSignal): Promise<Visit>;
}

export interface VisitorTools
  extends Omit<ProbeTools, "cluster" | "public" | "kubernetes" | "workloads"> {
  readonly vantage: string;
  readonly dns: DnsClient;
}

/**
 * Asks the application as its users do, from one vantage: the name at its own servers, then the
 * address that these give, over a connection of its own.
 */
export function createVisitor(config: ApplicationConfig, tools: VisitorTools): Visitor {
  return {
    vantage: tools.vantage,
    visit: async (_, signal) => {
      const address = await resolve(config, tools.dns, signal);
      if (address === "") return { address };
      const whyNot = await whyNotServed(config, { tools, address }, signal);
      return { address, ...(whyNot !== undefined && { whyNot }) };
    },
    visitAt: async (address, signal) => {
      const whyNot = await whyNotServed(config, { tools, address }, signal);
      return { address, ...(whyNot !== undefined && { whyNot }) };
    },
  };
}

/** The same visitor, sent to visit several times in a row. */
export function envoyOf(visitor: Visitor): Envoy {
  return {
    vantage: visitor.vantage,
    visit: async ({ application, address, times }, signal) => {
      const visits: Visit[] = [];
      while (visits.length < times && visits.at(-1)?.whyNot === undefined)
        visits.push(
          address === undefined
            ? await visitor.visit(application, signal)
            : await visitor.visitAt(address, signal),
        );
      return visits;
    },
  };
}

/** What the first of its name servers says; "" where it says nothing. */
async function resolve(
  { dns, public: { host } }: ApplicationConfig,
  client: DnsClient,
  signal: AbortSignal,
): Promise<string> {
  const server = dns.find(({ record }) => record === host)?.servers[0];
  if (!server) throw new GreenlightError("GL_NOT_FOUND", `no name server of ${host} is configured`);
  const [record, ...others] = await client.ask(server, { name: host, type: TYPE.a }, signal);
  if (others.length > 0) return "several addresses";
  return record ? decodeAddress(record.data) : "";
}

/** The first probe that asks the public path: what it expects, users expect. */
function frontOf({ probes }: ApplicationConfig) {
  const fronts = probes.flatMap((probe) => (probe.probe === "http" ? [probe] : []));
  return fronts.find(({ addresses }) => addresses === undefined);
}

async function whyNotServed(
  config: ApplicationConfig,
  { tools, address }: { tools: VisitorTools; address: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const front = frontOf(config);
  if (!front) return "no http probe says what it should answer";
  const path = { ...config.public, address };
  const probe = http.create(front, { ...tools, cluster: "public", public: path });
  try {
    const { answer, detail } = await probe.ask(signal);
    return answer === "ok" ? undefined : (detail ?? answer);
  } finally {
    await probe.close();
  }
}

/** What one question to a name server may take. */
export const NAME_MS = 1_000;
