import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createNameServer } from "../../src/sandbox/dns/name-server.ts";
import { HostedZone } from "../../src/sandbox/route53/hosted-zone.ts";
import { createRoute53Handler } from "../../src/sandbox/route53/route53-handler.ts";
import { openDnsListener } from "./dns-listener.ts";
import { ZONE } from "./dns-test-client.ts";

export const HOSTED_ZONE = "Z0SANDBOX";
export const CREDENTIALS = { accessKeyId: "AKIASANDBOX", secretAccessKey: "not-looked-at" };

/** The sandbox's API and its name server, with `shop` at 127.0.0.2 for 300 s. */
export async function openRoute53Server() {
  const clock = new SystemClock();
  const names = createNameServer({
    zone: ZONE,
    address: "127.0.0.1",
    records: [{ name: `shop.${ZONE}`, type: "A", ttlSeconds: 300, value: "127.0.0.2" }],
    key: { name: "greenlight", algorithm: "hmac-sha256", secret: Buffer.from("a secret") },
    clock,
  });
  const zone = new HostedZone({ id: HOSTED_ZONE, server: names, clock });
  const busy = { throttled: 0, prior: 0 };
  const { accessKeyId } = CREDENTIALS;
  const api = createServer(createRoute53Handler({ zone, accessKeyId, busy }));
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const dns = await openDnsListener((message, via) => names.answer(message, via));
  return {
    endpoint: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    /** As in a configuration's `servers`. */
    dns: dns.text,
    names,
    zone,
    busy,
    close: async () => {
      zone.close();
      const closed = new Promise((resolve) => api.close(resolve));
      api.closeAllConnections();
      await Promise.all([closed, dns.close()]);
    },
  };
}
