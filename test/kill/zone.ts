import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createDnsClient } from "../../src/adapters/dns-message/client.ts";
import { TYPE } from "../../src/adapters/dns-message/message.ts";
import {
  decodeAddress,
  decodeAuthority,
  decodeText,
} from "../../src/adapters/dns-message/record-data.ts";

export interface ZoneSeen {
  readonly addresses: readonly string[];
  /** The texts of the pair. */
  readonly pairs: readonly string[];
  /** Rises with each update that changed something. */
  readonly serial: number;
}

/** What the name server says of the shop. */
export async function readZone(address: string): Promise<ZoneSeen> {
  const clock = new SystemClock();
  const client = createDnsClient({ clock, chance: createChance(clock), timeoutMs: 2_000 });
  const [host = "", port] = address.split(":");
  const server = { host, port: Number(port), text: address };
  const ask = (name: string, type: number) =>
    client.ask(server, { name, type }, new AbortController().signal);
  const addresses = await ask("shop.sandbox.test", TYPE.a);
  const pairs = await ask("_greenlight.shop.sandbox.test", TYPE.txt);
  const [authority] = await ask("sandbox.test", TYPE.soa);
  if (!authority) throw new Error("the zone has no SOA record");
  return {
    addresses: addresses.map(({ data }) => decodeAddress(data)),
    pairs: pairs.map(({ data }) => decodeText(data)),
    serial: decodeAuthority(authority.data).serial,
  };
}
