import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createDnsClient } from "../../src/adapters/dns-message/client.ts";
import { TYPE } from "../../src/adapters/dns-message/message.ts";
import { decodeAddress, decodeAuthority } from "../../src/adapters/dns-message/record-data.ts";

export interface ZoneState {
  readonly addresses: readonly string[];
  /** Rises with every change. */
  readonly serial: number;
}

/** What the sandbox's name server says of the shop. */
export async function readZone(server: string): Promise<ZoneState> {
  const clock = new SystemClock();
  const client = createDnsClient({ clock, chance: createChance(clock), timeoutMs: 2_000 });
  const [host = "", port] = server.split(":");
  const endpoint = { host, port: Number(port), text: server };
  const never = new AbortController().signal;
  const ask = (name: string, type: number) => client.ask(endpoint, { name, type }, never);
  const found = await ask("shop.sandbox.test", TYPE.a);
  const [authority] = await ask("sandbox.test", TYPE.soa);
  if (!authority) throw new Error("the zone has no SOA record");
  return {
    addresses: found.map(({ data }) => decodeAddress(data)),
    serial: decodeAuthority(authority.data).serial,
  };
}
