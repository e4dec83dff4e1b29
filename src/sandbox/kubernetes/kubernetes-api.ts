import type { RequestListener } from "node:http";
import { rfc3339 } from "../../adapters/clock/rfc3339.ts";
import type { Chance } from "../../engine/ports/chance.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { AutoscalerController } from "./autoscaler-controller.ts";
import { type ControllerOptions, DeploymentController } from "./deployment-controller.ts";
import { createHandler } from "./handler.ts";
import { type Seed, SHOP, sow } from "./seed.ts";
import { type OnSelected, ServiceController } from "./service-controller.ts";
import { World } from "./world.ts";

export interface KubernetesOptions extends Seed, ControllerOptions {
  readonly clock: Clock;
  /** Makes the uids. */
  readonly chance: Chance;
  /** The bearer token that clients must send. */
  readonly token: string;
  readonly onSelected?: OnSelected;
}

/** One cluster's API server and controllers, in memory. It listens to nothing and fails never. */
export interface KubernetesApi {
  readonly handler: RequestListener;
  readonly world: World;
  /** How long pods take to become available; from now on, also for those that are starting. */
  setStartupDelay(ms: number): void;
  /** Ends the watches and the controllers. */
  close(): void;
}

/** The seeded pods are available before it returns: it calls `onAvailable` and `onSelected` itself. */
export function createKubernetesApi(options: KubernetesOptions): KubernetesApi {
  const closed = new AbortController();
  const world = new World(options.clock, options.chance);
  const controller = new DeploymentController(world, options);
  const services = new ServiceController(world, options.onSelected ?? (() => undefined));
  const autoscalers = new AutoscalerController(world, options.clock);
  sow(world, options, rfc3339(options.clock.wallMs()));
  controller.settle(SHOP);
  const { clock, token } = options;
  return {
    handler: createHandler({ world, clock, token, closed: closed.signal }),
    world,
    setStartupDelay: (ms) => controller.setStartupDelay(ms),
    close: () => {
      closed.abort();
      controller.close();
      services.close();
      autoscalers.close();
    },
  };
}
