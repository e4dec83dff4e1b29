import type { Change } from "@aws-sdk/client-route-53";
import { create, schema } from "../../src/drivers/dns/route53.ts";
import { createTestClient, ZONE } from "./dns-test-client.ts";
import { Route53Gate } from "./route53-gate.ts";
import { CREDENTIALS, HOSTED_ZONE, openRoute53Server } from "./route53-server.ts";
import { createRoute53Tools } from "./route53-tools.ts";

export const RECORD = `shop.${ZONE}`;

/** The driver, a gate, and the sandbox's API and name server behind it. */
export async function openRoute53Rig() {
  const server = await openRoute53Server();
  const gate = new Route53Gate();
  const clients = createRoute53Tools();
  const { client: dns } = createTestClient();
  const secret = (ref: string) =>
    ref === "env/ID" ? CREDENTIALS.accessKeyId : CREDENTIALS.secretAccessKey;
  const tools = { ...clients, dns, secret };
  const config = {
    driver: "route53",
    hostedZone: HOSTED_ZONE,
    zone: ZONE,
    record: RECORD,
    ttl: "1s",
    servers: [server.dns],
    endpoint: await gate.open(server.endpoint),
    credentials: {
      from: "secrets",
      accessKeyId: { secretRef: "env/ID" },
      secretAccessKey: { secretRef: "env/KEY" },
    },
  };
  return {
    server,
    gate,
    tools,
    config,
    createDriver: (change: object = {}) => create(schema.parse({ ...config, ...change }), tools),
    /** Past the gate, by someone else. */
    change: async (...changes: readonly Change[]) => {
      const api = clients.route53({ endpoint: server.endpoint, credentials: CREDENTIALS });
      const batch = { changes, comment: "" };
      await api.change(HOSTED_ZONE, batch, new AbortController().signal);
    },
    close: async () => {
      await clients.close();
      await gate.close();
      await server.close();
    },
  };
}
