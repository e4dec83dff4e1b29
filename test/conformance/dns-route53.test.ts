import { create, schema } from "../../src/drivers/dns/route53.ts";
import { createTestClient, ZONE } from "../fakes/dns-test-client.ts";
import { Route53Gate } from "../fakes/route53-gate.ts";
import { CREDENTIALS, HOSTED_ZONE, openRoute53Server } from "../fakes/route53-server.ts";
import { createRoute53Tools } from "../fakes/route53-tools.ts";
import { describeDriver } from "./driver.ts";

const foreign = { name: `mail.${ZONE}`, type: "A", ttlSeconds: 60, value: "192.0.2.9" } as const;

describeDriver({
  name: "dns/route53 against the sandbox's Route 53",
  async open() {
    const server = await openRoute53Server();
    const gate = new Route53Gate();
    const config = schema.parse({
      driver: "route53",
      hostedZone: HOSTED_ZONE,
      zone: ZONE,
      record: `shop.${ZONE}`,
      ttl: "1s",
      servers: [server.dns],
      endpoint: await gate.open(server.endpoint),
      credentials: {
        from: "secrets",
        accessKeyId: { secretRef: "env/ID" },
        secretAccessKey: { secretRef: "env/KEY" },
      },
    });
    const tools = createRoute53Tools();
    const { client: dns } = createTestClient();
    const secret = (ref: string) =>
      ref === "env/ID" ? CREDENTIALS.accessKeyId : CREDENTIALS.secretAccessKey;
    return {
      driver: create(config, { ...tools, dns, secret }),
      desired: [{ address: "127.0.0.3" }, { address: "127.0.0.4" }],
      run: (task) => task(),
      writes: () => gate.writes,
      hang: (call) => gate.hang(call),
      beforeNextWrite: (meddle) => gate.beforeNextWrite(meddle),
      editForeign: async () => server.names.set([foreign]),
      whyForeignLost: async () =>
        server.names.records().some(({ name }) => name === foreign.name) ? undefined : "it is gone",
      close: async () => {
        await tools.close();
        await gate.close();
        await server.close();
      },
    };
  },
});
