import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { OpenRoute53 } from "../../src/adapters/route53/route53.ts";
import { createRoute53Clients } from "../../src/adapters/route53/route53-clients.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";

/** What drivers of the kind take beside a DNS client; whoever opens something closes it. */
export function createRoute53Tools({ timeoutMs = 5_000 }: { readonly timeoutMs?: number } = {}): {
  readonly clock: Clock;
  readonly route53: OpenRoute53;
  close(): Promise<void>;
} {
  const clock = new SystemClock();
  const clients = createRoute53Clients({ clock, chance: createChance(clock), timeoutMs });
  return { clock, route53: clients.open, close: () => clients.close() };
}
