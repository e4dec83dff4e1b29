import type { NameServer } from "./dns/name-server.ts";
import type { Front } from "./front.ts";
import { createHttpFront, type HttpFrontOptions } from "./http-front.ts";
import type { Route53Change } from "./panel-route.ts";
import { HostedZone } from "./route53/hosted-zone.ts";
import { type Busy, createRoute53Handler } from "./route53/route53-handler.ts";
import { HERE, HOSTED_ZONE, type SandboxPlan } from "./sandbox-plan.ts";

interface Route53Part {
  /** It does not listen yet. */
  readonly front: Front;
  /** As the panel says. */
  readonly set: (change: Route53Change) => void;
  close(): Promise<void>;
}

/** The API that changes what the name server answers. */
export function createRoute53Part(
  { ports, secrets: { accessKeyId } }: SandboxPlan,
  server: NameServer,
  outermost: Omit<HttpFrontOptions, "address" | "place">,
): Route53Part {
  const zone = new HostedZone({ id: HOSTED_ZONE, server, clock: outermost.clock });
  const busy: Busy = { throttled: 0, prior: 0 };
  const address = { host: HERE, port: ports.route53 };
  const handler = createRoute53Handler({ zone, accessKeyId, busy });
  const front = createHttpFront(handler, { ...outermost, address, place: { part: "route53" } });
  return {
    front,
    set: ({ pendingMs, throttled, prior }) => {
      if (pendingMs !== undefined) zone.setPending(pendingMs);
      if (throttled !== undefined) busy.throttled = throttled;
      if (prior !== undefined) busy.prior = prior;
    },
    close: async () => {
      zone.close();
      await front.close();
    },
  };
}
