import { TYPE } from "../../src/adapters/dns-message/message.ts";
import type { TsigKey } from "../../src/adapters/dns-message/tsig.ts";
import { add, createTestClient, removeAll, ZONE } from "../fakes/dns-test-client.ts";

const NAMES = ["shop", "_greenlight.shop", "other", "mail"].map((host) => `${host}.${ZONE}`);

/** The zone as a test expects it at first, in a server that lives for several tests. */
export async function resetZone(server: string, key: TsigKey): Promise<void> {
  const changes = [
    removeAll(ZONE, TYPE.any),
    ...NAMES.map((name) => removeAll(name, TYPE.any)),
    add(`shop.${ZONE}`, "127.0.0.2", 300),
  ];
  await createTestClient().update(server, key, { changes });
}
