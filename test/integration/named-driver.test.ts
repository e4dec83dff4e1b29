import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { endpoint } from "../../src/adapters/dns-message/endpoint.ts";
import { TYPE } from "../../src/adapters/dns-message/message.ts";
import { exchangeTcp, exchangeUdp } from "../../src/adapters/dns-message/transport.ts";
import { create, schema } from "../../src/drivers/dns/rfc2136.ts";
import { describeDriver } from "../conformance/driver.ts";
import { DnsGate } from "../fakes/dns-gate.ts";
import { openDnsListener } from "../fakes/dns-listener.ts";
import { add, createTestClient, ZONE } from "../fakes/dns-test-client.ts";
import { eventually } from "../fakes/until.ts";
import { freePort } from "../servers/free-port.ts";
import { describeWhere } from "./describe-where.ts";
import { NAMED_KEYS, startNamed } from "./named-server.ts";
import { resetZone } from "./named-zone.ts";

describeWhere("named", "the driver and BIND", (binary) => {
  const [key] = NAMED_KEYS;
  if (key === undefined) throw new Error("no key");
  const { client, update, ask } = createTestClient();
  const signal = new AbortController().signal;
  let primary: Awaited<ReturnType<typeof startNamed>>;
  let secondary: typeof primary;
  beforeAll(async () => {
    const [port, secondaryPort] = [await freePort(), await freePort()];
    primary = await startNamed(binary, { port, secondaryPort });
    secondary = await startNamed(binary, { port: secondaryPort, primaryPort: port });
  }, 40_000);
  afterAll(async () => {
    await primary.stop();
    await secondary.stop();
  });

  const driverOf = (servers: readonly string[]) => {
    const tsig = { name: key.name, algorithm: key.algorithm, secretRef: "env/TSIG" };
    const record = `shop.${ZONE}`;
    const config = { driver: "rfc2136", zone: ZONE, record, ttl: "1s", servers, tsig };
    const secret = () => key.secret.toString("base64");
    return create(schema.parse(config), { dns: client, secret });
  };

  describeDriver({
    name: "dns/rfc2136 against BIND",
    async open() {
      await resetZone(primary.text, key);
      const server = endpoint.parse(primary.text);
      const isAnswer = () => true;
      const gate = new DnsGate((message, via) => {
        const exchange = via === "udp" ? exchangeUdp : exchangeTcp;
        return exchange(message, { server, signal, isAnswer });
      });
      const listener = await openDnsListener(gate.answer);
      const foreign = `mail.${ZONE}`;
      return {
        driver: driverOf([listener.text]),
        desired: [{ address: "127.0.0.3" }, { address: "127.0.0.4" }],
        run: (task) => task(),
        writes: () => gate.writes,
        hang: (call) => gate.hang(call),
        beforeNextWrite: (meddle) => gate.beforeNextWrite(meddle),
        editForeign: () => update(primary.text, key, { changes: [add(foreign, "127.0.0.9")] }),
        whyForeignLost: async () =>
          (await ask(primary.text, foreign, TYPE.a)).length === 1 ? undefined : "it is gone",
        close: () => listener.close(),
      };
    },
  });

  test("it is reached when the secondary answers it too", async () => {
    await resetZone(primary.text, key);
    const driver = driverOf([primary.text, secondary.text]);
    await driver.apply({ address: "127.0.0.3" }, { epoch: 4, sequence: 2, signal });
    const isReached = async () => {
      const seen = await driver.observe(signal);
      // An earlier test may have left the same address there: the serial tells whether it is this one.
      const serials = new Set(seen.servers.map(({ serial }) => serial));
      return serials.size === 1 && driver.whyNotReached(seen, DESIRED) === undefined;
    };
    await eventually(isReached, { withinMs: 15_000 });
    const { servers: _, ...seen } = await driver.observe(signal);
    expect(seen).toEqual({ epoch: 4, sequence: 2, address: "127.0.0.3", ttlSeconds: 1 });
  }, 20_000);

  test("a secondary takes no update", async () => {
    const driver = driverOf([secondary.text]);
    await expect(
      driver.apply({ address: "127.0.0.4" }, { epoch: 5, sequence: 2, signal }),
    ).rejects.toHaveProperty("code", expect.stringMatching(/GL_FORBIDDEN|GL_REJECTED/));
  });
});

const DESIRED = { address: "127.0.0.3" };
