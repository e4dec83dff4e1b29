import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createNameServer } from "../../src/sandbox/dns/name-server.ts";
import { openDnsListener } from "../fakes/dns-listener.ts";
import { ZONE } from "../fakes/dns-test-client.ts";
import { describeNameServer } from "./name-server.ts";

describeNameServer({
  name: "the sandbox's name server",
  async open(algorithm) {
    const key = { name: "greenlight", algorithm, secret: Buffer.from("a secret of the sandbox") };
    const server = createNameServer({
      zone: ZONE,
      address: "127.0.0.1",
      records: [{ name: `shop.${ZONE}`, type: "A", ttlSeconds: 300, value: "127.0.0.2" }],
      key,
      clock: new SystemClock(),
    });
    const { text, close } = await openDnsListener((message, via) => server.answer(message, via));
    return { server: text, key, close };
  },
});
