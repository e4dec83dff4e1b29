import { afterAll, beforeAll } from "@jest/globals";
import type { TsigKey } from "../../src/adapters/dns-message/tsig.ts";
import { describeNameServer } from "../conformance/name-server.ts";
import { freePort } from "../servers/free-port.ts";
import { describeWhere } from "./describe-where.ts";
import { NAMED_KEYS, startNamed } from "./named-server.ts";
import { resetZone } from "./named-zone.ts";

describeWhere("named", "our client and BIND", (binary) => {
  let named: Awaited<ReturnType<typeof startNamed>>;
  beforeAll(async () => {
    named = await startNamed(binary, { port: await freePort() });
  }, 20_000);
  afterAll(() => named.stop());

  describeNameServer({
    name: "BIND",
    async open(algorithm) {
      const key = NAMED_KEYS.find((one): one is TsigKey => one.algorithm === algorithm);
      if (key === undefined) throw new Error(`no key for ${algorithm}`);
      await resetZone(named.text, key);
      return { server: named.text, key, close: async () => undefined };
    },
  });
});
