import { createDnsClient } from "../adapters/dns-message/client.ts";
import type { Visit } from "../domain/visit.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Envoy } from "../engine/ports/envoy.ts";
import type { Config } from "./config.ts";
import { createVisitor, envoyOf, NAME_MS } from "./visitor.ts";

/**
 * Visits from one vantage of its own for whoever asks it to: the applications of this process's own
 * configuration, by name or at one of their own addresses. Nobody can send it anywhere else.
 */
export function createEnvoy(
  { applications }: Config,
  { name: vantage, localAddress }: Config["vantages"][number],
  { clock, chance }: { readonly clock: Clock; readonly chance: Chance },
): Envoy {
  const dns = createDnsClient({ clock, chance, timeoutMs: NAME_MS });
  const from = localAddress === undefined ? {} : { localAddress };
  const known = new Map(
    applications.map((config) => {
      const { timeoutMs } = config.probing;
      const visitor = createVisitor(config, { clock, dns, ...from, vantage, timeoutMs });
      const { name, addresses } = config.application;
      return [name, { envoy: envoyOf(visitor), addresses: Object.values(addresses) }] as const;
    }),
  );
  return {
    vantage,
    visit: async (visiting, signal) => {
      const { application, address } = visiting;
      const own = known.get(application);
      if (!own) return refusal(`its configuration has no application ${application}`);
      if (address !== undefined && !own.addresses.includes(address))
        return refusal(`its configuration has no address ${address} of ${application}`);
      return await own.envoy.visit(visiting, signal);
    },
  };
}

function refusal(whyNot: string): readonly Visit[] {
  return [{ address: "", whyNot }];
}
