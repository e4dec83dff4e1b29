import { TYPE } from "../../../src/adapters/dns-message/message.ts";
import { decodeAddress } from "../../../src/adapters/dns-message/record-data.ts";
import { add, createTestClient, removeAll, ZONE } from "../../fakes/dns-test-client.ts";
import { eventually } from "../../fakes/until.ts";
import { NAMED_KEYS, startNamed } from "../../integration/named-server.ts";
import { freePort } from "../../servers/free-port.ts";
import { findProgram } from "../../servers/restartable.ts";

export const PUBLIC_NAME = `shop.${ZONE}`;
const KEY = NAMED_KEYS.find(({ algorithm }) => algorithm === "hmac-sha256") ?? NAMED_KEYS[0];

/** BIND with the zone of the public name: a primary that takes signed updates, and its secondary. */
export async function startNameServers() {
  const binary = findProgram("named", "apt-get install -y bind9");
  if (!KEY) throw new Error("no key");
  const key = KEY;
  const [port, secondaryPort] = [await freePort(), await freePort()];
  const primary = await startNamed(binary, { port, secondaryPort });
  const secondary = await startNamed(binary, { port: secondaryPort, primaryPort: port });
  const { ask, update } = createTestClient();
  const servers = [primary.text, secondary.text];
  /** What each of them answers. */
  const answers = async () =>
    await Promise.all(
      servers.map(async (server) =>
        (await ask(server, PUBLIC_NAME, TYPE.a)).map(({ data }) => decodeAddress(data)),
      ),
    );
  return {
    servers,
    key,
    answers,
    /** What Greenlight may write, byte for byte, and the serial, which rises with any change. */
    records: async () =>
      await Promise.all(
        servers.flatMap((server) =>
          [PUBLIC_NAME, `_greenlight.${PUBLIC_NAME}`, ZONE].flatMap((name) =>
            [TYPE.a, TYPE.txt, TYPE.soa].map(async (type) =>
              (await ask(server, name, type)).map(
                ({ data, ttlSeconds }) => `${name} ${ttlSeconds} ${data.toString("hex")}`,
              ),
            ),
          ),
        ),
      ),
    /** As at first: it says that address, and nobody wrote an epoch. */
    reset: async (address: string) => {
      const names = [PUBLIC_NAME, `_greenlight.${PUBLIC_NAME}`];
      const changes = [
        ...names.map((name) => removeAll(name, TYPE.any)),
        add(PUBLIC_NAME, address, 1),
      ];
      await update(primary.text, key, { changes });
      await eventually(async () => (await answers()).every((all) => all.join() === address), {
        withinMs: 15_000,
        everyMs: 50,
      });
    },
    close: async () => {
      await secondary.stop();
      await primary.stop();
    },
  };
}

export type NameServers = Awaited<ReturnType<typeof startNameServers>>;
