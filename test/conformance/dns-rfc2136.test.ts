import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createDnsClient } from "../../src/adapters/dns-message/client.ts";
import { create, schema } from "../../src/drivers/dns/rfc2136.ts";
import { createNameServer } from "../../src/sandbox/dns/name-server.ts";
import { DnsGate } from "../fakes/dns-gate.ts";
import { openDnsListener } from "../fakes/dns-listener.ts";
import { describeDriver } from "./driver.ts";

const record = "shop.sandbox.test";
const secret = Buffer.from("a secret of the sandbox");
const foreign = {
  name: "mail.sandbox.test",
  type: "A",
  ttlSeconds: 60,
  value: "192.0.2.9",
} as const;

describeDriver({
  name: "dns/rfc2136 against the sandbox's name server",
  async open() {
    const clock = new SystemClock();
    const server = createNameServer({
      zone: "sandbox.test",
      address: "127.0.0.1",
      records: [{ name: record, type: "A", ttlSeconds: 300, value: "127.0.0.2" }],
      key: { name: "greenlight", algorithm: "hmac-sha256", secret },
      clock,
    });
    const gate = new DnsGate((message, via) => server.answer(message, via));
    const listener = await openDnsListener(gate.answer);
    const dns = createDnsClient({ clock, chance: createChance(clock), timeoutMs: 5000 });
    const config = schema.parse({
      driver: "rfc2136",
      zone: "sandbox.test",
      record,
      ttl: "1s",
      servers: [listener.text],
      tsig: { name: "greenlight", algorithm: "hmac-sha256", secretRef: "file/tsig" },
    });
    return {
      driver: create(config, { dns, secret: () => secret.toString("base64") }),
      desired: [{ address: "127.0.0.3" }, { address: "127.0.0.4" }],
      run: (task) => task(),
      writes: () => gate.writes,
      hang: (call) => gate.hang(call),
      beforeNextWrite: (meddle) => gate.beforeNextWrite(meddle),
      editForeign: async () => server.set([foreign]),
      whyForeignLost: async () =>
        server.records().some(({ name }) => name === foreign.name) ? undefined : "it is gone",
      close: () => listener.close(),
    };
  },
});
