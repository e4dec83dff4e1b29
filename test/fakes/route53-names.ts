import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { Route53 } from "../../src/adapters/route53/route53.ts";
import { createNameServer } from "../../src/sandbox/dns/name-server.ts";
import { openDnsListener } from "./dns-listener.ts";
import { ZONE } from "./dns-test-client.ts";

/** A name server of what an API without one of its own says that its zone has. */
export async function openRoute53Names(route53: Route53, hostedZone: string) {
  const { signal } = new AbortController();
  const key = { name: "nobody", algorithm: "hmac-sha256", secret: Buffer.from("none") } as const;
  const clock = new SystemClock();
  return openDnsListener(async (message, via) => {
    const { sets } = await route53.list(hostedZone, { name: ZONE }, signal);
    const records = sets.flatMap(({ Name = "", Type, TTL = 0, ResourceRecords: values = [] }) =>
      Type === "A"
        ? values.map(({ Value = "" }) => ({
            name: Name.replace(/\.$/, ""),
            type: "A" as const,
            ttlSeconds: TTL,
            value: Value,
          }))
        : [],
    );
    const server = createNameServer({ zone: ZONE, address: "127.0.0.1", records, key, clock });
    return server.answer(message, via);
  });
}
