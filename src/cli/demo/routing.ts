import { createChance } from "../../adapters/chance/system-chance.ts";
import { createDnsClient } from "../../adapters/dns-message/client.ts";
import { endpoint } from "../../adapters/dns-message/endpoint.ts";
import { TYPE } from "../../adapters/dns-message/message.ts";
import type { DemoTools } from "./demo-tools.ts";
import type { WorldFile } from "./world-file.ts";

/** Every record that sends users somewhere, as its name server has it, byte for byte. */
export async function readRouting(
  { dns, shop }: WorldFile,
  { clock, signal }: DemoTools,
): Promise<string> {
  const client = createDnsClient({ clock, chance: createChance(clock), timeoutMs: TIMEOUT_MS });
  const server = endpoint.parse(dns.address);
  const asked = [
    { name: shop.name, type: TYPE.a },
    { name: `_greenlight.${shop.name}`, type: TYPE.txt },
    { name: dns.zone, type: TYPE.soa },
  ];
  const answers = await Promise.all(asked.map((one) => client.ask(server, one, signal)));
  return JSON.stringify(
    answers.map((records) =>
      records.map(({ name, type, ttlSeconds, data }) => [
        name,
        type,
        ttlSeconds,
        Buffer.from(data).toString("hex"),
      ]),
    ),
  );
}

const TIMEOUT_MS = 1_000;
