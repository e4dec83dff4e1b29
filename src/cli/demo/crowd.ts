import { Agent } from "undici";
import { createChance } from "../../adapters/chance/system-chance.ts";
import type { SystemClock } from "../../adapters/clock/system-clock.ts";
import { createDnsClient } from "../../adapters/dns-message/client.ts";
import { endpoint } from "../../adapters/dns-message/endpoint.ts";
import { createCallHttp } from "../../adapters/http/http-call.ts";
import type { Answer } from "./answer.ts";
import { Resolver } from "./resolver.ts";
import { CLIENTS, ShopClient } from "./shop-client.ts";
import type { WorldFile } from "./world-file.ts";

/** All clients together, each with a resolver and connections of its own. */
export interface Crowd {
  /** Everything that they were answered so far. */
  readonly answers: readonly Answer[];
  /** No more questions; settles when the last one is answered or given up. */
  stop(): Promise<void>;
}

export function startCrowd(
  { shop, dns: { address } }: Pick<WorldFile, "shop" | "dns">,
  {
    clock,
    onAnswer,
    ...patience
  }: {
    readonly clock: SystemClock;
    readonly onAnswer: (answer: Answer) => void;
    readonly timeoutMs?: number;
  },
): Crowd {
  const answers: Answer[] = [];
  const stop = new AbortController();
  const dns = createDnsClient({ clock, chance: createChance(clock), timeoutMs: DNS_TIMEOUT_MS });
  const server = endpoint.parse(address);
  const running = Array.from({ length: CLIENTS }, async (_, number) => {
    const agent = new Agent({ connect: { timeout: CONNECT_MS }, connections: CONNECTIONS });
    const client = new ShopClient({
      ...patience,
      number,
      shop,
      clock,
      resolver: new Resolver({ name: shop.name, server, dns, clock }),
      call: createCallHttp(agent, clock),
      onAnswer: (answer) => {
        answers.push(answer);
        onAnswer(answer);
      },
    });
    await client.run(stop.signal);
    await agent.destroy();
  });
  return {
    answers,
    stop: async () => {
      stop.abort();
      await Promise.all(running);
    },
  };
}

const DNS_TIMEOUT_MS = 300;
const CONNECT_MS = 500;
const CONNECTIONS = 16;
